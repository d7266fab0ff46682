using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>Forks each prompt's last token once for every candidate, where the candidate is added, and adds it.</summary>
internal sealed class SweepHook : IActivationHook
{
    private readonly IReadOnlyDictionary<CapturePoint, Tensor> _additions; // per place [candidates, hidden size]

    private SweepHook(IReadOnlyDictionary<CapturePoint, Tensor> additions) => _additions = additions;

    /// <summary>Stacks the candidates of each place into one tensor, in the model's type, in the current dispose scope.</summary>
    /// <returns>The hook, and for each fork in the order of its row the index of its candidate.</returns>
    public static (SweepHook Hook, int[] Order) Make(IReadOnlyList<Candidate> candidates, CausalLM model)
    {
        var byPlace = Enumerable.Range(0, candidates.Count)
            .GroupBy(i => candidates[i].Site.WrittenAt(candidates[i].Layer))
            .OrderBy(group => group.Key.Layer).ThenBy(group => group.Key.Point)
            .ToList();
        var additions = byPlace.ToDictionary(
            group => group.Key,
            group => stack(group.Select(i => candidates[i].Addition())).to(model.DataType).to(model.Device));
        return (new SweepHook(additions), [.. byPlace.SelectMany(group => group)]);
    }

    /// <inheritdoc/>
    public int Forks(int layer, HookPoint point) =>
        _additions.TryGetValue(new CapturePoint(layer, point), out var addition) ? (int)addition.shape[0] : 0;

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        if (_additions.TryGetValue(new CapturePoint(layer, point), out var addition))
        {
            // The rows forked here are the last of each prompt's leaves.
            var count = addition.shape[0];
            rows.Leaves(activations).narrow(1, rows.LeavesPerPrompt - count, count).add_(addition, Scalars.One);
        }

        return activations;
    }
}
