namespace PainlessSteering.Engine.Conversion;

/// <summary>How a model is written in another format.</summary>
public sealed record ConversionOptions
{
    /// <summary>Types that a GGUF file may be of.</summary>
    public static IReadOnlyList<string> GgufTypes => Conversion.GgufTypes.Names;

    /// <summary>Types that the weights of a folder may be of.</summary>
    public static IReadOnlyList<string> FolderTypes => FolderConversion.Types;

    /// <summary>What most weights become, one of <see cref="GgufTypes"/> or <see cref="FolderTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>What the model is called in the file's metadata; the name of its file or folder if null.</summary>
    public string? Name { get; init; }

    /// <summary>Folder of an adapter in PEFT's layout that is added to the weights; null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Told the bytes written and those in all.</summary>
    public Action<long, long>? Progress { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Tensors">How many tensors.</param>
/// <param name="Bytes">Bytes of their numbers.</param>
/// <param name="Types">How many of each type.</param>
/// <param name="Notes">What of the model the format cannot say, and what was left out; empty for nothing.</param>
public sealed record ConversionResult(int Tensors, long Bytes, IReadOnlyDictionary<string, int> Types, IReadOnlyList<string> Notes);
