namespace PainlessSteering.Engine.Weights;

/// <summary>
/// How the weights of linear maps and of the head are held in memory. Embeddings, norms and biases, of which a token needs little, stay in
/// the type computed in. Activations are never quantised.
/// </summary>
public enum WeightFormat
{
    /// <summary>In the type computed in; those of fewer bits in a GGUF file in its blocks, as they lie there, whose numbers are exactly those of the file.</summary>
    Full,

    /// <summary>In bfloat16, whatever the type computed in.</summary>
    BFloat16,

    /// <summary>8-bit integers, one scale for each output; 8 bits a weight.</summary>
    EightBit,

    /// <summary>4-bit integers, a scale and a zero for each group of 64 inputs; 4.5 bits a weight. The head stays at 8 bits.</summary>
    FourBit,

    /// <summary>
    /// As their source has them, exactly: those of two bytes stay so and are widened to the type computed in a piece at a time; others as in <see cref="Full"/>.
    /// On the CPU.
    /// </summary>
    Stored,
}

/// <summary>The formats by the names that options and files use.</summary>
public static class WeightFormats
{
    private static readonly string[] All = ["full", "bf16", "int8", "int4", "stored"];

    /// <summary>The names, in the order of the formats.</summary>
    public static IReadOnlyList<string> Names => All;

    /// <summary>The fingerprint of weights that are held in a format: those of a quantised model are other ones.</summary>
    /// <param name="format">The format.</param>
    /// <param name="fingerprint">That of the weights as they are stored.</param>
    internal static string Mark(this WeightFormat format, string fingerprint) =>
        format switch { WeightFormat.EightBit => $"{fingerprint}+int8", WeightFormat.FourBit => $"{fingerprint}+int4", _ => fingerprint };

    /// <summary>The format of a name.</summary>
    /// <exception cref="PasException">There is no such format.</exception>
    public static WeightFormat Parse(string name) => Array.IndexOf(All, name) is >= 0 and var index
        ? (WeightFormat)index
        : throw new PasException("no such format of weights", "", string.Join(", ", Names), $"'{name}'") { Setting = "Weights" };
}
