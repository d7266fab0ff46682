using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// The native format: a safetensors file that describes itself in <c>__metadata__</c>. A vector that is added at one place has one float32
/// tensor <c>vector</c> [hidden size]; it is of version 1, and of version 2 where it acts on some prompts only, which a second tensor
/// <c>condition</c> of the same shape decides. Any other is of version 3: a tensor <c>edits</c> [edits, hidden size], and their places,
/// operations and strengths as a JSON list. The same vector gives the same bytes.
/// </summary>
public static class SafetensorsFormat
{
    internal const string Format = "painless-steering-vector";
    private const string Version = "1";
    private const string ConditionalVersion = "2"; // A reader that knows no conditions must not steer every prompt.
    private const string EditsVersion = "3"; // Nor one that knows one place only leave the others out.
    private const string TensorName = "vector";
    private const string EditsName = "edits";
    private const string ConditionName = "condition";

    private static readonly (string Name, TokenRule Value)[] TokenRules = [("last", TokenRule.Last), ("all", TokenRule.All)];

    private static readonly (string Name, SteeringSite Value)[] Sites = [.. SteeringSite.All.Select(site => (site.Name, site))];

    private static readonly (string Name, string Value)[] Protocols = [("sound", "sound"), ("paper", "paper")];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file atomically.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="vector">A vector with provenance.</param>
    /// <exception cref="ArgumentException">The vector has no provenance.</exception>
    /// <exception cref="PasException">The file cannot be written.</exception>
    public static void Write(string path, SteeringVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var from = vector.Provenance ?? throw new ArgumentException("a vector without provenance cannot be saved", nameof(vector));
        var only = vector.Edits is [{ Strength: 1 } edit] && edit.Operation == SteeringOperation.Add ? edit : null;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = Format,
            ["format_version"] = only is null ? EditsVersion : vector.Condition is null ? Version : ConditionalVersion,
            ["model"] = from.Model,
            ["weights_fingerprint"] = from.WeightsFingerprint,
            ["hidden_size"] = Invariant(vector.HiddenSize),
            ["strength"] = Invariant(vector.Strength),
            ["token_rule"] = TokenRules.First(rule => rule.Value == vector.TokenRule).Name,
            ["method"] = from.Method,
            ["protocol"] = from.Protocol,
            ["seed"] = Invariant(from.Seed),
            ["data"] = from.Data,
            ["data_fingerprint"] = from.DataFingerprint,
            ["train_size"] = Invariant(from.TrainSize),
            ["validation_size"] = Invariant(from.ValidationSize),
            ["test_size"] = Invariant(from.TestSize),
        };
        if (from.Evaluation is { } evaluation)
        {
            metadata["evaluation"] = JsonSerializer.Serialize(evaluation, Json);
        }

        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        if (only is not null)
        {
            tensors[TensorName] = tensor(only.Values.ToArray());
            metadata["site"] = only.Site.Name;
            metadata["layer"] = Invariant(only.Layer);
        }
        else
        {
            tensors[EditsName] = stack(vector.Edits.Select(edit => tensor(edit.Values.ToArray())));
            metadata[EditsName] = EditList.Write(vector.Edits);
        }

        if (vector.Condition is { } condition)
        {
            tensors[ConditionName] = tensor(condition.Values.ToArray());
            metadata["condition_site"] = condition.Site.Name;
            metadata["condition_layer"] = Invariant(condition.Layer);
            metadata["condition_threshold"] = Invariant(condition.Threshold);
            if (condition.Accuracy is { } accuracy)
            {
                metadata["condition_accuracy"] = Invariant(accuracy);
            }
        }

        SafeTensorsWriter.Write(path, tensors, metadata);
    }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PasException">The file is damaged, incomplete, of another format or of a newer version.</exception>
    public static SteeringVector Read(string path)
    {
        using var file = SafeTensors.Open(path);
        if (file.Source.Length > SteeringImport.LongestFile)
        {
            throw new PasException("not a steering vector", path, $"at most {SteeringImport.LongestFile >> 20} MiB", $"{file.Source.Length >> 20} MiB") { Code = ErrorCodes.FileDamaged };
        }

        var metadata = new MetadataReader(path, file.Metadata);
        if (metadata.Find("format") is var format && format != Format)
        {
            throw new PasException("not a steering vector", path, $"format '{Format}' in __metadata__", SafeTensorsHeader.Quote(format ?? ""), "give a file that 'pas' wrote") { Code = ErrorCodes.FileDamaged };
        }

        var version = metadata.Text("format_version");
        if (version is not (Version or ConditionalVersion or EditsVersion))
        {
            throw metadata.Wrong("format_version", $"{Version}, {ConditionalVersion} or {EditsVersion}", "update this program");
        }

        var isConditional = version == ConditionalVersion || (version == EditsVersion && file.Tensors.ContainsKey(ConditionName));
        var main = version == EditsVersion ? EditsName : TensorName;
        EnsureTensors(file, isConditional ? [main, ConditionName] : [main]);
        var vector = new SteeringVector(
            version == EditsVersion ? EditList.Read(file, EditsName, metadata) : [ReadEdit(file, metadata)],
            metadata.Double("strength"),
            metadata.OneOf("token_rule", TokenRules),
            ReadProvenance(metadata),
            isConditional ? ReadCondition(file, metadata) : null);
        metadata.EnsureAllRead();
        return vector;
    }

    private static SteeringEdit ReadEdit(SafeTensors file, MetadataReader metadata) => new(
        metadata.Int("layer"), metadata.OneOf("site", Sites), SteeringOperation.Add, ReadValues(file, TensorName, [metadata.Int("hidden_size")]));

    private static SteeringCondition ReadCondition(SafeTensors file, MetadataReader metadata) => new(
        ReadValues(file, ConditionName, [metadata.Int("hidden_size")]),
        metadata.OneOf("condition_site", Sites),
        metadata.Int("condition_layer"),
        metadata.Double("condition_threshold"),
        metadata.Find("condition_accuracy") is null ? null : metadata.Double("condition_accuracy"));

    private static void EnsureTensors(SafeTensors file, string[] names)
    {
        if (!file.Tensors.Keys.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
        {
            var expected = string.Join(" and ", names.Select(name => $"'{name}'"));
            throw new PasException("not the tensors of a steering vector", file.Path, names.Length == 1 ? $"one tensor {expected}" : $"the tensors {expected}", $"{file.Tensors.Count} tensors") { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>Finite float32 numbers of exactly this shape.</summary>
    internal static float[] ReadValues(SafeTensors file, string name, long[] shape)
    {
        var where = $"{file.Path}, key '{name}'";
        var info = file.Tensors[name];
        if (info.Type.Torch != ScalarType.Float32 || !info.Shape.SequenceEqual(shape) || shape.Contains(0))
        {
            throw new PasException(
                "the tensor does not match the hidden size", where, $"F32 [{string.Join(", ", shape)}], not empty", $"{info.Type.Name} [{string.Join(", ", info.Shape.Take(4))}]")
            { Code = ErrorCodes.FileDamaged };
        }

        var values = new float[info.Elements];
        file.ReadBytes(info, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        var bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw new PasException("the steering vector is not finite", where, "finite numbers", $"NaN or infinity at element {bad}") { Code = ErrorCodes.NotFinite };
    }

    private static SteeringProvenance ReadProvenance(MetadataReader metadata) => new(
        metadata.Text("model"),
        metadata.Text("weights_fingerprint"),
        metadata.Text("method"),
        metadata.OneOf("protocol", Protocols),
        metadata.Long("seed"),
        metadata.Text("data"),
        metadata.Text("data_fingerprint"),
        metadata.Int("train_size"),
        metadata.Int("validation_size"),
        metadata.Int("test_size"),
        metadata.Object("evaluation"));

    private static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
