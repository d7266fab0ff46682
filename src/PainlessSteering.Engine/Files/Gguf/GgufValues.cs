using System.Runtime.InteropServices;
using System.Text;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Reads and writes the metadata values of a GGUF file: numbers, truth values, texts, and arrays of them.</summary>
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

    /// <summary>Writes a value with its type before it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">Of a type that <see cref="Read"/> gives.</param>
    public static void WriteTyped(BinaryWriter writer, object value)
    {
        writer.Write((uint)TypeOf(value));
        if (value is not System.Array list)
        {
            Write(writer, value);
            return;
        }

        writer.Write((uint)TypeOf(list.GetType().GetElementType()!));
        writer.Write((ulong)list.Length);
        foreach (var entry in list)
        {
            Write(writer, entry);
        }
    }

    /// <summary>Writes a value, without its type.</summary>
    public static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                writer.Write((ulong)utf8.Length);
                writer.Write(utf8);
                break;
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            default: writer.Write((double)value); break;
        }
    }

    private static GgufValueType TypeOf(object value) => value is System.Array ? GgufValueType.Array : TypeOf(value.GetType());

    private static GgufValueType TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => GgufValueType.UInt8,
        TypeCode.SByte => GgufValueType.Int8,
        TypeCode.UInt16 => GgufValueType.UInt16,
        TypeCode.Int16 => GgufValueType.Int16,
        TypeCode.UInt32 => GgufValueType.UInt32,
        TypeCode.Int32 => GgufValueType.Int32,
        TypeCode.Single => GgufValueType.Float32,
        TypeCode.Boolean => GgufValueType.Boolean,
        TypeCode.String => GgufValueType.Text,
        TypeCode.UInt64 => GgufValueType.UInt64,
        TypeCode.Int64 => GgufValueType.Int64,
        TypeCode.Double => GgufValueType.Float64,
        _ => throw new ArgumentException($"the format has no values of the type {type}", nameof(type)),
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
