using System.Text.Json.Serialization;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;

namespace PainlessSteering.Training;

/// <summary>What a fine-tuning did. Serialised with snake-case names it is the document that <c>pas sft --json</c> prints.</summary>
public sealed record SftResult
{
    /// <summary>Identifies model, data and options, so that <c>--resume</c> takes no other training's result.</summary>
    public required string Run { get; init; }

    /// <summary>Fingerprint of the model's weights, before.</summary>
    public required string ModelFingerprint { get; init; }

    /// <summary>Fingerprint of the model with its adapter, as it is loaded with <c>--adapter</c>.</summary>
    public required string AdaptedFingerprint { get; init; }

    /// <summary>Fingerprint of the data.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>Examples for training, validation and test.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Examples left out because they are longer than the model's context.</summary>
    public int LeftOut { get; init; }

    /// <summary>Linear maps with an adapter.</summary>
    public required int Modules { get; init; }

    /// <summary>Numbers that were trained.</summary>
    public required long TrainedParameters { get; init; }

    /// <summary>Steps that were taken.</summary>
    public required int Steps { get; init; }

    /// <summary>The epoch whose adapter was kept; 0 where validation never improved, so that the adapter changes nothing.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Validation after each epoch; the first entry is the model as it was.</summary>
    public required IReadOnlyList<SftEpoch> Epochs { get; init; }

    /// <summary>Mean loss of each step.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Mean loss on test without the adapter.</summary>
    public required double TestLossBefore { get; init; }

    /// <summary>Mean loss on test with it.</summary>
    public required double TestLossAfter { get; init; }

    /// <summary>Test accuracies of multiple-choice items; null for prompts with responses.</summary>
    public SftAccuracy? Test { get; init; }

    /// <summary>Bytes of the adapter's files.</summary>
    public required long ArtifactBytes { get; init; }

    /// <summary>What it took; null where the training was finished before. The only part that differs between two runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SftCost? Cost { get; init; }
}

/// <summary>The model after an epoch.</summary>
/// <param name="Epoch">From 1; 0 for the model as it was.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="TrainLoss">Mean loss of the epoch's steps; null for epoch 0.</param>
/// <param name="ValLoss">Mean loss on validation.</param>
/// <param name="ValAccuracy">Accuracy on validation; null for prompts with responses.</param>
public sealed record SftEpoch(int Epoch, int Step, double? TrainLoss, double ValLoss, double? ValAccuracy);

/// <summary>Accuracy on test without and with the adapter, 0 to 1.</summary>
/// <param name="Before">Of the model.</param>
/// <param name="After">Of the model with the adapter.</param>
/// <param name="Effect">The difference, interval and one-sided exact McNemar p.</param>
/// <param name="Report">Tests, flips, letters, confusion.</param>
public sealed record SftAccuracy(double Before, double After, EffectResult Effect, RunReport Report);

/// <summary>What a run took.</summary>
/// <param name="Seconds">From loading the model to the test, interruptions not counted.</param>
/// <param name="PeakMemoryBytes">Most memory of the process.</param>
public sealed record SftCost(double Seconds, long PeakMemoryBytes);
