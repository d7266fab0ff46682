using System.Text.Json;
using System.Text.Json.Serialization;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors;

namespace PainlessSteering.Server.Vectors;

/// <summary>What <c>/v1/steering/vectors</c> tells of a vector.</summary>
internal sealed record VectorDescription
{
    public required string Id { get; init; }

    public string Object { get; } = "steering_vector";

    /// <summary>The name that switches it on.</summary>
    public string? Model { get; init; }

    /// <summary>Whether it helps, as its fit found on the test split; null where its file tells of no fit.</summary>
    public Conclusion? Verdict { get; init; }

    /// <summary>Why the verdict is what it is, in sentences.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>Change of the test accuracy in percentage points, with its 95% interval.</summary>
    public EffectResult? Effect { get; init; }

    /// <summary>Where it acts, in words.</summary>
    public string? Place { get; init; }

    /// <summary>Null where it has several edits.</summary>
    public string? Site { get; init; }

    /// <summary>Null where it has several edits.</summary>
    public int? Layer { get; init; }

    public IReadOnlyList<EditSummary>? Edits { get; init; }

    /// <summary>Strength where the request gives none; 0 where validation chose not to steer.</summary>
    public double? Strength { get; init; }

    /// <summary><c>last</c> or <c>all</c>.</summary>
    public string? Positions { get; init; }

    /// <summary>On which prompts it acts; null for all.</summary>
    public VectorCondition? Condition { get; init; }

    public VectorOrigin? Provenance { get; init; }

    /// <summary>The whole fit; told only of a single vector.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Evaluation { get; init; }

    /// <summary>Why the file cannot be used, or why its fit is not told.</summary>
    public string? Error { get; init; }

    public static VectorDescription Of(VectorFile file, bool whole = false) => new()
    {
        Id = file.Name,
        Model = file.Vector is null ? null : ModelName.Of(file.Name),
        Verdict = file.Fit?.Verdict,
        Reasons = file.Fit?.Reasons,
        Effect = file.Fit?.Effect,
        Place = file.Vector is null ? null : VectorWords.Edits(file.Vector),
        Site = file.Vector?.OnlyEdit?.Site.Name,
        Layer = file.Vector?.OnlyEdit?.Layer,
        Edits = file.Vector?.Edits.Select(EditSummary.Of).ToArray(),
        Strength = file.Vector?.Strength,
        Positions = file.Vector?.TokenRule switch { null => null, TokenRule.All => "all", _ => "last" },
        Condition = file.Vector?.Condition is { } condition ? VectorCondition.Of(condition) : null,
        Provenance = file.Vector?.Provenance is { } from ? VectorOrigin.Of(from) : null,
        Evaluation = whole && file.Fit is not null ? file.Vector?.Provenance?.Evaluation : null,
        Error = file.Error,
    };
}

/// <summary>A vector acts where the prompt's last token projects beyond a threshold.</summary>
internal sealed record VectorCondition(string Site, int Layer, double Threshold, double? Accuracy)
{
    public static VectorCondition Of(SteeringCondition condition) => new(condition.Site.Name, condition.Layer, condition.Threshold, condition.Accuracy);
}

/// <summary>Where a vector comes from.</summary>
internal sealed record VectorOrigin(
    string Model, string WeightsFingerprint, string Method, string Protocol, long Seed, string Data, string DataFingerprint, int TrainSize, int ValidationSize, int TestSize)
{
    public static VectorOrigin Of(SteeringProvenance from) => new(
        from.Model, from.WeightsFingerprint, from.Method, from.Protocol, from.Seed, from.Data, from.DataFingerprint, from.TrainSize, from.ValidationSize, from.TestSize);
}
