using System.Buffers.Binary;
using System.Text;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>Writes pickles step by step, right ones and others, and the files of <c>torch.save</c> around them.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public PickleBytes() => Raw(0x80, 2);

    /// <summary>A whole pickle of a value: numbers, texts, lists, dicts, and arrays of floats as tensors with a storage each.</summary>
    public static byte[] File(object? value)
    {
        var storages = new List<float[]>();
        var pickle = new PickleBytes().Value(value, storages).Raw('.');
        return pickle.Archive([.. storages.Select(storage => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(storage).ToArray())]);
    }

    public PickleBytes Raw(params ReadOnlySpan<int> codes)
    {
        foreach (var code in codes)
        {
            _bytes.Add((byte)code);
        }

        return this;
    }

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Raw('X').Int32(utf8.Length);
        _bytes.AddRange(utf8);
        return this;
    }

    /// <summary>A whole number of 64 bits.</summary>
    public PickleBytes Whole(long number)
    {
        Raw(0x8a, 8);
        _bytes.AddRange(BitConverter.GetBytes(number));
        return this;
    }

    public PickleBytes Global(string module, string name)
    {
        Raw('c');
        _bytes.AddRange(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        return this;
    }

    /// <summary>A storage of float32.</summary>
    public PickleBytes Storage(string key, long elements, string type = "FloatStorage") =>
        Raw('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Whole(elements).Raw('t', 'Q');

    /// <summary>A tensor of one storage.</summary>
    public PickleBytes Tensor(string key, long elements, long offset, long[] shape, long[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Raw('(').Storage(key, elements).Whole(offset);
        foreach (var numbers in new[] { shape, strides })
        {
            Raw('(');
            Array.ForEach(numbers, number => Whole(number));
            Raw('t');
        }

        return Raw(0x89).Global("collections", "OrderedDict").Raw(')', 'R', 't', 'R');
    }

    public PickleBytes Value(object? value, List<float[]> storages)
    {
        switch (value)
        {
            case null:
                return Raw('N');
            case string text:
                return Text(text);
            case bool flag:
                return Raw(flag ? 0x88 : 0x89);
            case int number:
                return Whole(number);
            case double number:
                Raw('G');
                Span<byte> big = stackalloc byte[8];
                BinaryPrimitives.WriteDoubleBigEndian(big, number);
                _bytes.AddRange(big);
                return this;
            case float[] numbers:
                storages.Add(numbers);
                return Tensor(FormattableString.Invariant($"{storages.Count - 1}"), numbers.Length, 0, [numbers.Length], [1]);
            case object?[] items:
                Raw(']', '(');
                Array.ForEach(items, item => Value(item, storages));
                return Raw('e');
            case IReadOnlyDictionary<object, object?> entries:
                Raw('}', '(');
                foreach (var (key, item) in entries)
                {
                    Value(key, storages).Value(item, storages);
                }

                return Raw('u');
            default:
                throw new ArgumentException($"no pickle of {value.GetType()}", nameof(value));
        }
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>The archive with these storages, named by their places.</summary>
    public byte[] Archive(params byte[][] storages) => ZipBytes.Write(
        [new("v/data.pkl", ToArray()), new("v/byteorder", "little"u8.ToArray()), .. storages.Select((content, index) => new ZipPart(FormattableString.Invariant($"v/data/{index}"), content)), new("v/version", "3\n"u8.ToArray())]);

    private PickleBytes Int32(int number)
    {
        _bytes.AddRange(BitConverter.GetBytes(number));
        return this;
    }
}
