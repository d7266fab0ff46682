using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>One element type of the safetensors format; <see cref="Torch"/> is null where TorchSharp has no such type.</summary>
internal sealed record SafeTensorType(string Name, int Bits, ScalarType? Torch)
{
    private static readonly SafeTensorType[] All =
    [
        new("F64", 64, ScalarType.Float64),
        new("F32", 32, ScalarType.Float32),
        new("F16", 16, ScalarType.Float16),
        new("BF16", 16, ScalarType.BFloat16),
        new("I64", 64, ScalarType.Int64),
        new("I32", 32, ScalarType.Int32),
        new("I16", 16, ScalarType.Int16),
        new("I8", 8, ScalarType.Int8),
        new("U8", 8, ScalarType.Byte),
        new("BOOL", 8, ScalarType.Bool),
        new("C64", 64, ScalarType.ComplexFloat32),

        // Known to the format, so that a file with one of them can be listed and its other tensors be read.
        new("U64", 64, null),
        new("U32", 32, null),
        new("U16", 16, null),
        new("F8_E4M3", 8, null),
        new("F8_E5M2", 8, null),
        new("F8_E8M0", 8, null),
        new("F8_E4M3FNUZ", 8, null),
        new("F8_E5M2FNUZ", 8, null),
        new("F6_E2M3", 6, null),
        new("F6_E3M2", 6, null),
        new("F4", 4, null),
    ];

    public static SafeTensorType? Find(string name) => Array.Find(All, type => type.Name == name);

    public static SafeTensorType? Find(ScalarType torch) => Array.Find(All, type => type.Torch == torch);
}

/// <summary>One tensor of a safetensors file: <paramref name="Offset"/> (from the start of the file) and <paramref name="Length"/> in bytes.</summary>
internal sealed record SafeTensorInfo(string Name, SafeTensorType Type, long[] Shape, long Offset, long Length)
{
    public long Elements => Length * 8 / Type.Bits;
}
