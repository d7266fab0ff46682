namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Sizes as libtorch has them, the length of a row last.</param>
/// <param name="Type">How its numbers lie; null for a type that is not known.</param>
/// <param name="TypeNumber">The type's number in the file.</param>
/// <param name="Offset">First byte, counted from the beginning of the file.</param>
/// <param name="Length">Bytes; 0 where the type is not known.</param>
internal sealed record GgufTensor(string Name, long[] Shape, GgufTensorType? Type, uint TypeNumber, long Offset, long Length)
{
    /// <summary>The type's name, or its number where that is not known.</summary>
    public string TypeName => Type?.Name ?? GgufRefusedTypes.NameOf(TypeNumber);

    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);
}
