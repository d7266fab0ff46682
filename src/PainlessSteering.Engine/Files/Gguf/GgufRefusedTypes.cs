namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Types of tensors that have a name and are not read: what an error says of them.</summary>
internal static class GgufRefusedTypes
{
    private const string Withdrawn = "get the model in another type; llama.cpp has withdrawn this one";
    private const string Repacked = "get the model as Q4_0 or IQ4_NL: this one has its rows in the order of one kind of processor, and llama.cpp has withdrawn it";
    private const string OfActivations = "get the model in another type: this one is for sums within a product";
    private const string Other = "get the model in one of these types";

    private static readonly Dictionary<uint, (string Name, string Remedy)> Known = new()
    {
        [4] = ("Q4_2", Withdrawn),
        [5] = ("Q4_3", Withdrawn),
        [9] = ("Q8_1", OfActivations),
        [15] = ("Q8_K", OfActivations),
        [31] = ("Q4_0_4_4", Repacked),
        [32] = ("Q4_0_4_8", Repacked),
        [33] = ("Q4_0_8_8", Repacked),
        [36] = ("IQ4_NL_4_4", Repacked),
        [37] = ("IQ4_NL_4_8", Repacked),
        [38] = ("IQ4_NL_8_8", Repacked),
        [41] = ("Q1_0", Other),
        [42] = ("Q2_0", Other),
    };

    /// <summary>Name of a type that is not read.</summary>
    public static string NameOf(uint number) => Known.TryGetValue(number, out var type) ? type.Name : FormattableString.Invariant($"number {number}");

    /// <summary>The error for a tensor of such a type.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="place">File and tensor.</param>
    public static PasException Refuse(GgufTensor tensor, string place) => new(
        "tensors of this type cannot be read",
        place,
        string.Join(", ", GgufTensorType.All.Select(type => type.Name)),
        $"type {NameOf(tensor.TypeNumber)}",
        Known.TryGetValue(tensor.TypeNumber, out var known) ? known.Remedy : Other)
    { Code = ErrorCodes.NotSupported };
}
