using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>Which of many prompts a vector's condition holds for, in the unsteered model.</summary>
internal sealed class ConditionGate(SteeringCondition condition, int prompts, int hiddenSize) : IDisposable
{
    /// <summary>What the pass over the prompts has to record.</summary>
    public RecordedActivations Recorded { get; } = new([condition.Place], prompts, hiddenSize);

    /// <summary>Per prompt, once they are recorded.</summary>
    public bool[] Holds()
    {
        using var scope = NewDisposeScope();
        var rows = Recorded[condition.Place].data<float>().ToArray();
        return [.. Enumerable.Range(0, prompts).Select(prompt => condition.Holds(rows.AsSpan(prompt * hiddenSize, hiddenSize)))];
    }

    /// <inheritdoc/>
    public void Dispose() => Recorded.Dispose();
}
