namespace PainlessSteering.Vectors.Formats;

/// <summary>The keys that stand beside vectors in files of other programs: what each says. A key that is in none of these lists refuses the file, since it may change what the vector does.</summary>
internal static class VectorKeys
{
    /// <summary>Keys that say something about a vector. Those of programs that steer every token say that too.</summary>
    public static IReadOnlyDictionary<string, VectorKey> Settings { get; } = new Dictionary<string, VectorKey>(StringComparer.Ordinal)
    {
        ["layer"] = new(VectorSetting.Layer),
        ["layer_idx"] = new(VectorSetting.Layer),
        ["layer_id"] = new(VectorSetting.Layer),
        ["site"] = new(VectorSetting.Site),
        ["steer_target"] = new(VectorSetting.Site),
        ["target"] = new(VectorSetting.Site),
        ["layer_type"] = new(VectorSetting.Site, SteersAll: true), // Of the library steering-vectors.
        ["hookpoint"] = new(VectorSetting.Place, SteersAll: true), // Of the evaluation harness, as the next two.
        ["steering_coefficient"] = new(VectorSetting.Strength, SteersAll: true),
        ["action"] = new(VectorSetting.Operation, SteersAll: true),
        ["operation"] = new(VectorSetting.Operation),
        ["strength"] = new(VectorSetting.Strength),
        ["steer_strength"] = new(VectorSetting.Strength),
        ["alpha"] = new(VectorSetting.Strength),
        ["coeff"] = new(VectorSetting.Strength),
        ["coefficient"] = new(VectorSetting.Strength),
        ["multiplier"] = new(VectorSetting.Strength),
        ["positions"] = new(VectorSetting.Positions),
        ["token_rule"] = new(VectorSetting.Positions),
    };

    /// <summary>What a clamp takes away before it sets the length, and adds again.</summary>
    public const string Bias = "bias";

    /// <summary>Names of vectors, and of dicts and lists of them, that say nothing more.</summary>
    public static IReadOnlySet<string> Vectors { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "v", "vec", "vector", "vectors", "steering_vector", "steering_vectors", "control_vector", "control_vectors", "direction", "directions", "layer_activations", "layers", "tensor",
    };

    private static readonly Dictionary<string, string[]> Reasons = new(StringComparer.Ordinal)
    {
        ["says which model the vector was made for; the model that is given decides"] = ["model", "model_name", "model_id", "model_type", "model_hint", "base_model"],
        ["describes the file"] = ["name", "description", "note", "notes", "comment", "author", "license", "version", "date", "created", "created_at", "timestamp", "url", "tags", "format"],
        ["says how the vector was made"] = ["dataset", "data", "seed", "train_size", "n_samples", "num_samples", "accuracy"],
        ["the vectors themselves show it"] = ["hidden_size", "d_model", "dim", "dtype", "device", "layer_count"],
    };

    /// <summary>Why a key does not matter, whatever it holds; null where it may.</summary>
    public static string? WhyIrrelevant(string key) => Reasons.FirstOrDefault(reason => reason.Value.Contains(key)).Key;

    /// <summary>The refusal of a key that is in no list.</summary>
    /// <param name="where">The file, and the place of the key.</param>
    /// <param name="key">The key.</param>
    public static PasException Unknown(string where, string key) => new(
        $"the key {Engine.Files.SafeTensorsHeader.Quote(key)} is not understood, and may change what the vector does", where,
        "a block's number, a name such as 'vector', or one of " + string.Join(", ", Settings.Keys.Order(StringComparer.Ordinal)),
        remedy: "save the vectors alone, as safetensors or in a dict by the numbers of their blocks, and say the rest with options")
    { Code = ErrorCodes.NotSupported };
}

/// <summary>A key beside vectors.</summary>
/// <param name="Setting">What it says.</param>
/// <param name="SteersAll">Whether the program that writes it steers every token.</param>
internal sealed record VectorKey(VectorSetting Setting, bool SteersAll = false);

/// <summary>What a key can say about a vector.</summary>
internal enum VectorSetting
{
    /// <summary>The 0-based block.</summary>
    Layer,

    /// <summary>The point of the block.</summary>
    Site,

    /// <summary>Both, as the name of a module.</summary>
    Place,

    /// <summary>The factor.</summary>
    Strength,

    /// <summary>What is done with the vector.</summary>
    Operation,

    /// <summary>The tokens.</summary>
    Positions,
}
