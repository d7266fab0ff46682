using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Accounts for the metadata of a GGUF file: what is asked for is used, what is known not to matter has its reason here, and the rest is refused where it could change what the model computes.</summary>
internal static class GgufKeys
{
    private const string General = "general.", Tokenizer = "tokenizer.";
    private const string OfImages = "of the part that sees, which is left out";
    private const int QuantizationVersion = 2;

    /// <summary>Keys that do not matter, without the name of the architecture before them, and why.</summary>
    private static readonly Dictionary<string, string> OfArchitecture = new(StringComparer.Ordinal)
    {
        ["vocab_size"] = "the rows of the embedding decide",
        ["rope.scaling.finetuned"] = "says how the model was trained",
        ["tensor_data_layout"] = "rows are always read in this format's order",
        ["rope.scaling.original_context_length"] = "of a scaling that the file does not ask for",
        ["rope.dimension_sections"] = "positions in space, which are equal for text",
        ["rope.mrope_section"] = "positions in space, which are equal for text",
        ["n_deepstack_layers"] = OfImages,
        ["mm.tokens_per_image"] = OfImages,
    };

    /// <summary>The configuration in the family's words. Every key of the architecture is then accounted for.</summary>
    public static JsonObject Configuration(ArchitectureKeys of, GgufArchitecture architecture)
    {
        var (file, keys) = (of.File, of.Metadata);
        if (keys.Int("general.quantization_version", 0) is { } version and not QuantizationVersion)
        {
            throw keys.Unsupported("general.quantization_version", FormattableString.Invariant($"{QuantizationVersion}"));
        }

        var config = architecture.Configure(of);
        if (!file.Tensors.TryGetValue("token_embd.weight", out var embedding) || embedding.Shape.Length != 2)
        {
            throw new PasException("the file has no embedding, so that it is no whole model", file.Path, "a tensor 'token_embd.weight'", FormattableString.Invariant($"{file.Tensors.Count} tensors")) { Code = ErrorCodes.FileDamaged };
        }

        config["vocab_size"] = embedding.Shape[0];
        GgufTokenizerKeys.AddIds(keys, config);
        foreach (var key in keys.Unasked.Where(key => key.StartsWith(architecture.Name + ".", StringComparison.Ordinal)))
        {
            if (OfArchitectureReason(key) is null && !keys.IsEmpty(key))
            {
                throw Refuse(keys, key);
            }
        }

        return config;
    }

    /// <summary>What nobody asked for.</summary>
    public static IReadOnlyList<UnusedPart> Unused(GgufMetadata keys) => [.. keys.Unasked.Select(key => (Key: key, Reason: Reason(key)))
        .Select(part => new UnusedPart(keys.Place(part.Key), part.Reason ?? "not a key of the architecture or the tokenizer") { IsStrange = part.Reason is null })];

    public static PasException Refuse(GgufMetadata keys, string key) => new(
        "the key is not understood, and may change what the model computes", keys.Place(key), found: keys.Show(key), remedy: "get the model in another format")
    { Code = ErrorCodes.NotSupported };

    private static string? Reason(string key)
    {
        if (key.StartsWith(General, StringComparison.Ordinal))
        {
            return "describes the model";
        }

        if (key.StartsWith(Tokenizer, StringComparison.Ordinal))
        {
            return GgufTokenizerKeys.Irrelevant.GetValueOrDefault(key, "says nothing");
        }

        if (key.StartsWith("quantize.imatrix.", StringComparison.Ordinal))
        {
            return "says how the weights were quantised";
        }

        return key.StartsWith("split.", StringComparison.Ordinal) ? "all parts are read" : OfArchitectureReason(key);
    }

    private static string? OfArchitectureReason(string key)
    {
        var part = key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return part.StartsWith("vision.", StringComparison.Ordinal) ? OfImages : OfArchitecture.GetValueOrDefault(part);
    }
}
