using System.Runtime.CompilerServices;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Caching;

/// <summary>
/// Predictions and activations of prompts, from the cache where they are known. A prompt's activations must not depend on which
/// others happen to be unknown at the same time, to the last bit: a study that was killed, or shared between machines, would else
/// come to other bytes. So prompts share beginnings only in whole steps of the attention; a recorded block is the last of a pass only where
/// it is the last of the model; and where the processor's matrix
/// kernels make a row depend on the rows beside it, which is tried once a model, each prompt runs alone.
/// </summary>
internal sealed class CachedRecorder(CausalLM model, EngineOptions options, ActivationCache cache)
{
    private static readonly ConditionalWeakTable<CausalLM, object> Invariant = [];

    /// <param name="prompts">With the letters that each is answered with; none for a prompt that is only recorded.</param>
    /// <param name="into">Gets their activations, row by row.</param>
    /// <param name="done">Told the number of prompts finished.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public SweepResult Run(IReadOnlyList<ChoicePrompt> prompts, RecordedActivations into, Action<int> done, CancellationToken cancellation)
    {
        cache.Refresh();
        var result = new SweepResult(prompts, []);
        var keys = prompts.Select(prompt => ActivationCache.KeyOf(model, prompt.Tokens)).ToArray();
        var unknown = new List<int>();
        for (var i = 0; i < prompts.Count; i++)
        {
            if (cache.Find(keys[i], Letters(prompts[i]), into.Points) is { } known)
            {
                result.Set(i, null, known.Logits);
                foreach (var point in into.Points)
                {
                    using var row = tensor(known.At[point]);
                    into[point][i].copy_(row).Dispose();
                }

                done(1);
            }
            else
            {
                unknown.Add(i);
            }
        }

        Compute(prompts, unknown, into, result, done, cancellation);
        var values = into.Points.ToDictionary(point => point, point => unknown.Count == 0 ? [] : into[point].data<float>().ToArray());
        foreach (var i in unknown)
        {
            var size = model.Config.HiddenSize;
            cache.Add(keys[i], new CachedPrompt(Letters(prompts[i]), result.Scores(i, null).ToArray(), values.ToDictionary(at => at.Key, at => at.Value.AsSpan(i * size, size).ToArray())));
        }

        cache.Save();
        return result;
    }

    private static int[] Letters(ChoicePrompt prompt) => [.. prompt.Choices.Select(letter => letter[0])];

    private void Compute(IReadOnlyList<ChoicePrompt> prompts, List<int> unknown, RecordedActivations into, SweepResult result, Action<int>? done, CancellationToken cancellation)
    {
        if (unknown.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var answered = unknown.Any(i => prompts[i].Choices.Count > 0);

        // The last block of a pass runs leaves alone, which gives them other last bits: so only the model's last block ever is the last of
        // those that are recorded, whatever else is wanted.
        var blocks = answered ? model.Config.Layers : Math.Min(model.Config.Layers, into.Points.Max(point => point.Blocks) + 1);
        var reader = Scorer.Letter.Reader(model, prompts);
        Forward([.. unknown.Select(i => prompts[i].Tokens)], IsInvariant() ? options.RowsPerPass : 1, (batchIndices, batch) =>
        {
            var indices = batchIndices.Select(i => unknown[i]).ToList();
            var hidden = model.Forward(batch, new ActivationRecorder(into, indices), blocks);
            if (answered)
            {
                reader.Read(hidden, indices, 1, (prompt, _, scores) => result.Set(prompt, null, scores));
            }
        }, done, cancellation);
    }

    private void Forward(IReadOnlyList<int[]> prompts, int rows, PromptRunner.BatchBody body, Action<int>? done, CancellationToken cancellation) =>
        new PromptRunner(model, options with { RowsPerPass = rows }, DotProductAttention.CausalStep).Run(prompts, 0, body, done, cancellation);

    /// <summary>Whether prompts give the same bits together as alone.</summary>
    private bool IsInvariant() => (bool)Invariant.GetValue(model, _ =>
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        List<int[]> prompts = [.. new[] { 3, 17, 40, 71, 130 }.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(model.Config.VocabularySize)).ToArray())];
        prompts.Add([.. prompts[^1][..100], .. prompts[1]]);
        CapturePoint[] points = [.. SteeringSite.All.Select(site => site.WrittenAt(model.Config.Layers - 1))];
        RecordedActivations Record(int rows)
        {
            var recorded = new RecordedActivations(points, prompts.Count, model.Config.HiddenSize);
            Forward(prompts, rows, (indices, batch) => model.Forward(batch, new ActivationRecorder(recorded, indices)), null, default);
            return recorded;
        }

        using RecordedActivations together = Record(options.RowsPerPass), alone = Record(1);
        return points.All(point => together[point].data<float>().SequenceEqual(alone[point].data<float>()));
    });
}
