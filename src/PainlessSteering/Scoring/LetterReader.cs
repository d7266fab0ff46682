using PainlessSteering.Engine;
using static TorchSharp.torch;

namespace PainlessSteering.Scoring;

/// <summary>Takes the logits of letters, of the head's rows of all letters that any prompt asks for.</summary>
internal sealed class LetterReader : IScoreReader
{
    private readonly CausalLM _model;
    private readonly int[][] _columns; // per prompt, of its letters among all
    private readonly Tensor _letters;

    /// <param name="model">The model.</param>
    /// <param name="prompts">All prompts that will be read.</param>
    public LetterReader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts)
    {
        _model = model;
        var columns = new Dictionary<int, int>();
        _columns = [.. prompts.Select(prompt => prompt.Choices.Select(letter =>
        {
            columns.TryAdd(letter[0], columns.Count);
            return columns[letter[0]];
        }).ToArray())];
        _letters = tensor([.. columns.Keys.Select(letter => (long)letter)], device: model.Device); // In the order in which they came.
    }

    /// <inheritdoc/>
    public void Read(Tensor hidden, IReadOnlyList<int> indices, int leaves, KeepScores keep)
    {
        var count = (int)_letters.size(0);
        var logits = _model.Logits(hidden, _letters).cpu().data<float>().ToArray();
        var scores = new float[_columns.Max(columns => columns.Length)];
        for (var row = 0; row < indices.Count * leaves; row++)
        {
            var columns = _columns[indices[row / leaves]];
            for (var choice = 0; choice < columns.Length; choice++)
            {
                scores[choice] = logits[(row * count) + columns[choice]];
            }

            keep(indices[row / leaves], row % leaves, scores.AsSpan(0, columns.Length));
        }
    }

    /// <inheritdoc/>
    public void ReadMass(Tensor hidden, IReadOnlyList<int> indices, int leaves, Action<int, double> keep)
    {
        (int Place, int Index)[] few = [.. indices.Index().Where(pair => pair.Item < IScoreReader.MassPrompts && _columns[pair.Item].Length > 0)];
        if (few.Length == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor Longs(IEnumerable<long> values) => tensor([.. values], device: _model.Device);
        var logits = _model.Logits(hidden.view(-1, _model.Config.HiddenSize).index_select(0, Longs(few.Select(one => (long)one.Place * leaves))));
        var all = logits.logsumexp(-1);
        foreach (var (row, (_, index)) in few.Index())
        {
            var letters = _letters.index_select(0, Longs(_columns[index].Select(column => (long)column)));
            keep(index, (logits[row].index_select(0, letters) - all[row]).exp().sum().item<float>());
        }
    }
}
