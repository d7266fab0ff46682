using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>Numbers of the types that scales and codes are stored in, as float32, which has them all.</summary>
internal static class StoredNumbers
{
    /// <summary>Types of scales.</summary>
    public static readonly string[] Floats = ["F32", "BF16", "F16", "F8_E8M0"];

    /// <summary>A sign, four bits of exponent e, three of mantissa m: (1 + m / 8) 2^(e - 7), or m 2^-9 where e is 0; no infinities, and 127 is no number.</summary>
    public static readonly float[] E4M3 = [.. Enumerable.Range(0, 256).Select(FromE4M3)];

    /// <summary>A power of two and nothing else: 2^(code - 127); 255 is no number.</summary>
    public static readonly float[] E8M0 = [.. Enumerable.Range(0, 256).Select(code => code == 255 ? float.NaN : MathF.ScaleB(1, code - 127))];

    /// <summary>A sign, two bits of exponent, one of mantissa.</summary>
    public static readonly float[] E2M1 = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    /// <summary>A byte with a sign.</summary>
    public static readonly float[] I8 = [.. Enumerable.Range(0, 256).Select(code => (float)(sbyte)code)];

    /// <summary>Bytes of one.</summary>
    public static int Size(string type) => type switch { "F32" => 4, "BF16" or "F16" => 2, _ => 1 };

    /// <param name="type">Name of the type in the format.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="numbers">As many.</param>
    public static void Read(string type, ReadOnlySpan<byte> bytes, Span<float> numbers)
    {
        switch (type)
        {
            case "F32":
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(numbers);
                break;
            case "BF16":
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                }

                break;
            case "F16":
                var small = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = (float)small[i];
                }

                break;
            default:
                Look(Table(type), bytes, numbers);
                break;
        }
    }

    /// <summary>Looks codes of a byte up.</summary>
    public static void Look(float[] table, ReadOnlySpan<byte> codes, Span<float> numbers)
    {
        numbers = numbers[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            numbers[i] = table[codes[i]];
        }
    }

    private static float[] Table(string type) => type switch
    {
        "F8_E4M3" => E4M3,
        "F8_E8M0" or "U8" => E8M0, // Where libraries have no such type, they store its bytes.
        "I8" => I8,
        _ => throw new ArgumentException($"no numbers are read from {type}", nameof(type)),
    };

    private static float FromE4M3(int code)
    {
        int exponent = (code >> 3) & 15, mantissa = code & 7;
        var size = (code & 127) == 127 ? float.NaN : exponent == 0 ? MathF.ScaleB(mantissa, -9) : MathF.ScaleB(8 + mantissa, exponent - 10);
        return code < 128 ? size : -size;
    }
}
