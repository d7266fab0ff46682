using PainlessSteering.Engine;
using static TorchSharp.torch;

namespace PainlessSteering.Scoring;

/// <summary>Sums the log-probabilities of the choices' tokens, each at the row of the token before it.</summary>
/// <param name="model">The model.</param>
/// <param name="prompts">All prompts that will be read.</param>
/// <param name="divisor">What the sum of a choice is divided by.</param>
internal sealed class TextReader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts, Func<ChoicePrompt, int, double> divisor) : IScoreReader
{
    /// <summary>Bounds the logits held at once: rows x vocabulary, in elements.</summary>
    private const int LogitBudget = 1 << 24;

    /// <inheritdoc/>
    public void Read(Tensor hidden, IReadOnlyList<int> indices, int leaves, KeepScores keep)
    {
        using var scope = NewDisposeScope();
        var rows = hidden.view(-1, model.Config.HiddenSize);
        var reads = Reads(indices, leaves);
        var sums = new double[reads.Count == 0 ? 0 : reads.Max(read => read.Number) + 1];
        var next = 0;
        for (int start = 0, step = Math.Max(1, LogitBudget / model.Config.VocabularySize); next < reads.Count; start += step)
        {
            using var part = NewDisposeScope();
            var end = next;
            while (end < reads.Count && reads[end].Row < start + step)
            {
                end++;
            }

            var logits = model.Logits(rows.narrow(0, start, Math.Min(step, rows.size(0) - start)));
            Tensor Places(Func<(int Row, int Token, int Number), long> place) => tensor([.. reads[next..end].Select(place)], device: model.Device);
            var chances = logits.view(-1).index_select(0, Places(read => ((long)(read.Row - start) * model.Config.VocabularySize) + read.Token))
                - logits.logsumexp(-1).index_select(0, Places(read => read.Row - start));
            foreach (var (i, chance) in chances.cpu().data<float>().Index())
            {
                sums[reads[next + i].Number] += chance;
            }

            next = end;
        }

        Keep(sums, indices, leaves, keep);
    }

    /// <inheritdoc/>
    public void ReadMass(Tensor hidden, IReadOnlyList<int> indices, int leaves, Action<int, double> keep)
    {
        // Texts are no alternatives of one place: their probabilities make no sum.
    }

    /// <summary>Which token's probability is read at which row, and for which number: of prompt after prompt, leaf after leaf, choice after choice.</summary>
    private List<(int Row, int Token, int Number)> Reads(IReadOnlyList<int> indices, int leaves)
    {
        var reads = new List<(int Row, int Token, int Number)>();
        var (row, number) = (0, 0);
        foreach (var prompt in indices.Select(index => prompts[index]))
        {
            for (var leaf = 0; leaf < leaves; leaf++, number += prompt.Choices.Count)
            {
                reads.AddRange(prompt.Choices.Select((choice, i) => (row, choice[0], number + i)));
                row++;
                foreach (var (i, choice) in prompt.Choices.Index())
                {
                    reads.AddRange(choice.Skip(1).Select((token, behind) => (row + behind, token, number + i)));
                    row += choice.Length - 1;
                }
            }
        }

        return reads;
    }

    private void Keep(double[] sums, IReadOnlyList<int> indices, int leaves, KeepScores keep)
    {
        var number = 0;
        foreach (var index in indices)
        {
            var prompt = prompts[index];
            for (var leaf = 0; leaf < leaves; leaf++)
            {
                keep(index, leaf, [.. prompt.Choices.Select((_, choice) => (float)(sums[number++] / divisor(prompt, choice)))]);
            }
        }
    }
}
