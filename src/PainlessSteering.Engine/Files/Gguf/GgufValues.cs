using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Reads the metadata values of a GGUF file: numbers, truth values, texts, and arrays of them.</summary>
internal static class GgufValues
{
    public static object Read(GgufStream stream) => (GgufValueType)stream.UInt32() switch
    {
        GgufValueType.UInt8 => stream.UInt8(),
        GgufValueType.Int8 => (sbyte)stream.UInt8(),
        GgufValueType.UInt16 => stream.UInt16(),
        GgufValueType.Int16 => (short)stream.UInt16(),
        GgufValueType.UInt32 => stream.UInt32(),
        GgufValueType.Int32 => (int)stream.UInt32(),
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle(stream.UInt32()),
        GgufValueType.Boolean => stream.UInt8() != 0,
        GgufValueType.Text => stream.Text(),
        GgufValueType.Array => Array(stream),
        GgufValueType.UInt64 => stream.UInt64(),
        GgufValueType.Int64 => (long)stream.UInt64(),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(stream.UInt64()),
        var other => throw Unknown(stream, other),
    };

    private static Array Array(GgufStream stream) => (GgufValueType)stream.UInt32() switch
    {
        GgufValueType.UInt8 => Numbers<byte>(stream),
        GgufValueType.Int8 => Numbers<sbyte>(stream),
        GgufValueType.UInt16 => Numbers<ushort>(stream),
        GgufValueType.Int16 => Numbers<short>(stream),
        GgufValueType.UInt32 => Numbers<uint>(stream),
        GgufValueType.Int32 => Numbers<int>(stream),
        GgufValueType.Float32 => Numbers<float>(stream),
        GgufValueType.Boolean => System.Array.ConvertAll(Numbers<byte>(stream), value => value != 0),
        GgufValueType.Text => Texts(stream),
        GgufValueType.UInt64 => Numbers<ulong>(stream),
        GgufValueType.Int64 => Numbers<long>(stream),
        GgufValueType.Float64 => Numbers<double>(stream),
        GgufValueType.Array => throw stream.Damaged("a metadata value is an array of arrays, which no model needs"),
        var other => throw Unknown(stream, other),
    };

    // The bytes are little-endian, as this machine's: .NET runs models on no other.
    private static T[] Numbers<T>(GgufStream stream)
        where T : unmanaged
    {
        var values = new T[stream.Count(Marshal.SizeOf<T>(), "values of an array")];
        stream.Read(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static string[] Texts(GgufStream stream)
    {
        var texts = new string[stream.Count(sizeof(ulong), "texts of an array")];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = stream.Text();
        }

        return texts;
    }

    private static PasException Unknown(GgufStream stream, GgufValueType type) => stream.Damaged(FormattableString.Invariant($"a metadata value has the type {(uint)type}"));
}
