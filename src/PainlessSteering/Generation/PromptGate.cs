using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>
/// Decides which vectors of a sequence act on its prompt. It reads the unsteered model at the prompt's last token, whatever else
/// steers the sequence, so that a vector's condition means the same beside any other.
/// </summary>
internal sealed class PromptGate : IDisposable
{
    private readonly IReadOnlyList<AppliedVector> _vectors;
    private readonly RecordedActivations _recorded;

    private PromptGate(IReadOnlyList<AppliedVector> vectors, int hiddenSize)
    {
        _vectors = vectors;
        _recorded = new RecordedActivations(vectors.Where(IsConditional).Select(applied => applied.Vector.Condition!.Place), 1, hiddenSize);
    }

    /// <returns>Null where all vectors act on every prompt.</returns>
    public static PromptGate? Make(IReadOnlyList<AppliedVector> vectors, CausalLM model) =>
        vectors.Any(IsConditional) ? new PromptGate(vectors, model.Config.HiddenSize) : null;

    /// <summary>The hook of the unsteered pass that ends the prompt.</summary>
    public IActivationHook Recorder() => new ActivationRecorder(_recorded, [0]);

    /// <summary>The vectors that act.</summary>
    public IReadOnlyList<AppliedVector> Acting() => [.. _vectors.Where(applied => !IsConditional(applied) || Holds(applied))];

    /// <inheritdoc/>
    public void Dispose() => _recorded.Dispose();

    private bool Holds(AppliedVector applied)
    {
        using var scope = NewDisposeScope();
        var condition = applied.Vector.Condition!;
        return condition.Holds(_recorded[condition.Place].view(-1).data<float>().ToArray());
    }

    private static bool IsConditional(AppliedVector applied) => applied is { Strength: not 0, Vector.Condition: not null };
}
