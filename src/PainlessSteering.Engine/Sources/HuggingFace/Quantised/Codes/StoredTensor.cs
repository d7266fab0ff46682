using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>A tensor of a folder's files as it is stored, of any type. Its bytes can be had while it is open, from several threads.</summary>
internal sealed unsafe class StoredTensor(SafeTensors file, SafeTensorInfo info)
{
    private Tensor? _view;
    private byte* _address;

    public string Name => info.Name;

    /// <summary>Name of its type, as the format has it.</summary>
    public string Type => info.Type.Name;

    public long[] Shape => info.Shape;

    public long Elements => info.Elements;

    /// <summary>File and name, for errors.</summary>
    public string Place => $"{file.Path}, key {SafeTensorsHeader.Quote(info.Name)}";

    /// <summary>The texts in the header of its file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    public void Open()
    {
        _view ??= file.Bytes(info).DetachFromDisposeScope();
        _address = info.Length == 0 ? null : (byte*)MappedPages.Address(_view);
    }

    /// <summary>Gives back the memory that reading it took.</summary>
    public void Close()
    {
        if (_view is null)
        {
            return;
        }

        _address = null;
        if (info.Length > 0 && !file.Source.IsSmall)
        {
            MappedPages.Release(_view); // Of a small file it is a copy, whose pages nothing could fill again.
        }

        _view.Dispose();
        _view = null;
    }

    /// <summary>Some of its bytes.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_view is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, info.Length);
        return new ReadOnlySpan<byte>(_address + offset, count);
    }

    /// <summary>Some of its words of 32 bits.</summary>
    public ReadOnlySpan<uint> Words(long first, int count) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(Bytes(first * sizeof(uint), count * sizeof(uint)));

    /// <summary>Some of its numbers as float32.</summary>
    public void Numbers(long first, Span<float> numbers) => StoredNumbers.Read(Type, Bytes(first * StoredNumbers.Size(Type), numbers.Length * StoredNumbers.Size(Type)), numbers);

    /// <summary>All bytes of a tensor that is small whatever the model, also while it is closed.</summary>
    public byte[] Read(int most)
    {
        if (info.Length > most)
        {
            throw new PasException("the tensor is larger than it can be", Place, $"at most {most} bytes", $"{info.Length} bytes") { Code = ErrorCodes.FileDamaged };
        }

        var bytes = new byte[info.Length];
        file.ReadBytes(info, 0, bytes);
        return bytes;
    }

    /// <summary>Refuses another type than a format has for the tensor.</summary>
    public StoredTensor Typed(params ReadOnlySpan<string> types) => types.Contains(Type) ? this
        : throw new PasException("the tensor is of another type than the format has", Place, string.Join(" or ", types.ToArray()), Type) { Code = ErrorCodes.FileDamaged };

    /// <summary>Refuses another shape than the weight that it belongs to makes of it.</summary>
    public StoredTensor Shaped(params ReadOnlySpan<long> shape) => shape.SequenceEqual(Shape) ? this : throw WrongShape($"[{string.Join(", ", shape.ToArray())}]");

    /// <summary>Refuses codes that are of no matrix.</summary>
    public StoredTensor Matrix() => Shape is [.., > 0, > 0 and <= int.MaxValue] ? this : throw WrongShape("rows and columns");

    public PasException WrongShape(string expected) =>
        new("the tensor's shape does not go with those of the weight's other tensors", Place, expected, $"[{string.Join(", ", Shape)}]", "the file is damaged, or the configuration is not the one of these weights") { Code = ErrorCodes.FileDamaged };
}
