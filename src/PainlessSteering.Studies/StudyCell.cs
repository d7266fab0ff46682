using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PainlessSteering.Data;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Studies;

/// <summary>
/// The unit of a study: everything that determines one fit, and nothing else. Its methods share the fit, because they share the
/// predictions, the recorded activations and the sweep, and because the overall choice is made between them; anything else that
/// varies is another cell. Serialised and hashed it is the cell's name, so a result is found again, and never taken for another.
/// </summary>
public sealed record StudyCell
{
    /// <summary>Grows when a change of the program changes results.</summary>
    public const int MethodVersion = 3;

    /// <summary>The program's rules that made the result.</summary>
    public int Version { get; init; } = MethodVersion;

    /// <summary>What tables call the model.</summary>
    public required string Model { get; init; }

    /// <summary>Fingerprint of its weights, with those of its adapter; null where the model cannot be opened.</summary>
    public string? ModelFingerprint { get; init; }

    /// <summary>How the weights are held, by a name of <see cref="WeightFormats"/>.</summary>
    public required string Weights { get; init; }

    /// <summary>Type computed in.</summary>
    public required string DataType { get; init; }

    /// <summary>Name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Version of the catalogue's task; null for a task of one's own.</summary>
    public int? TaskVersion { get; init; }

    /// <summary>Category of the task, or null.</summary>
    public string? Category { get; init; }

    /// <summary>Fingerprint of its items; null where the data cannot be read.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Tasks that the chosen vectors are tested on too.</summary>
    public IReadOnlyList<TestedTask> TestOn { get; init; } = [];

    /// <summary>Which rules hold.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Point of the block.</summary>
    public required string Site { get; init; }

    /// <summary>Methods, the hand-written pairs among them.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Hash of the hand-written prompt pairs; or null.</summary>
    public string? PromptPairs { get; init; }

    /// <summary>0-based blocks of the grid.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Strengths of the grid.</summary>
    public required IReadOnlyList<SteeringStrength> Strengths { get; init; }

    /// <summary>Sizes of training, validation and test as asked for, shares or counts: <c>0.6/0.2/0.2</c>.</summary>
    public required string Split { get; init; }

    /// <summary>At most so many items are used.</summary>
    public required int MaxItems { get; init; }

    /// <summary>Whether items too long for the model are left out.</summary>
    public bool SkipLongPrompts { get; init; }

    /// <summary>In-context exemplars.</summary>
    public int Icl { get; init; }

    /// <summary>How the model is fine-tuned on the cell's training items before it is steered; null where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StudySft? Sft { get; init; }

    /// <summary>Placebos with shuffled labels; up to five random directions stand beside them.</summary>
    public required int Placebos { get; init; }

    /// <summary>Level of the tests.</summary>
    public required double Alpha { get; init; }

    /// <summary>Seed of split, choice orders and placebos.</summary>
    public required int Seed { get; init; }

    /// <summary>The first 24 hexadecimal digits of the SHA-256 of all the above.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, StudyJson.Options))))[..24];

    /// <summary>What a person calls it: <c>demo, bias, residual, seed 3</c>.</summary>
    [JsonIgnore]
    public string Title => FormattableString.Invariant(
        $"{Model}, {Task}, {Site}, {Split}{(Icl > 0 ? $", {Icl} exemplars" : "")}{(Sft is null ? "" : ", fine-tuned")}, seed {Seed}");
}

/// <summary>A task that vectors of another task are tested on.</summary>
/// <param name="Task">Its name.</param>
/// <param name="DataFingerprint">Fingerprint of its items.</param>
public sealed record TestedTask(string Task, string? DataFingerprint);
