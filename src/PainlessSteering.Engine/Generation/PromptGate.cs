using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Generation;

/// <summary>
/// Decides what of a sequence's steering acts on its prompt. It reads the unsteered model at the prompt's last token, whatever else
/// steers the sequence, so that a condition means the same beside any other.
/// </summary>
internal sealed class PromptGate : IDisposable
{
    private readonly IReadOnlyList<ISteering> _steering;
    private readonly RecordedActivations _recorded;

    private PromptGate(IReadOnlyList<ISteering> steering, int hiddenSize)
    {
        _steering = steering;
        _recorded = new RecordedActivations(steering.Where(IsConditional).Select(one => one.Condition!.Place), 1, hiddenSize);
    }

    /// <returns>Null where all of it acts on every prompt.</returns>
    public static PromptGate? Make(IReadOnlyList<ISteering> steering, CausalLM model) =>
        steering.Any(IsConditional) ? new PromptGate(steering, model.Config.HiddenSize) : null;

    /// <summary>The hook of the unsteered pass that ends the prompt.</summary>
    public IActivationHook Recorder() => new ActivationRecorder(_recorded, [0]);

    /// <summary>What acts.</summary>
    public IReadOnlyList<ISteering> Acting() => [.. _steering.Where(one => !IsConditional(one) || Holds(one))];

    /// <inheritdoc/>
    public void Dispose() => _recorded.Dispose();

    private bool Holds(ISteering one)
    {
        using var scope = NewDisposeScope();
        var condition = one.Condition!;
        return condition.Holds(_recorded[condition.Place].view(-1).data<float>().ToArray());
    }

    private static bool IsConditional(ISteering one) => one.Condition is not null && one.Edits.Any(edit => edit.Strength != 0);
}
