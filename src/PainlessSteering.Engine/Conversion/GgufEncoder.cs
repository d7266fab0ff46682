using System.Buffers;
using System.Runtime.InteropServices;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes the numbers of a weight as a type of GGUF files has them, some at a time.</summary>
internal static class GgufEncoder
{
    private const int AtOnce = 1 << 20, Part = 1 << 16; // Numbers; multiples of every block's length.
    private const float LargestHalf = 65504;

    /// <param name="weight">Finite numbers of floating point, whole blocks in each row.</param>
    /// <param name="type">A type of which blocks are made, or a plain one of floating point.</param>
    /// <param name="place">File and name, for errors.</param>
    /// <param name="stream">Where to.</param>
    /// <exception cref="PasException">A number is too large for the type.</exception>
    public static void Write(Tensor weight, GgufTensorType type, string place, Stream stream)
    {
        using var scope = NewDisposeScope();
        var flat = weight.contiguous().view(-1);
        for (var first = 0L; first < flat.numel(); first += AtOnce)
        {
            using var inner = NewDisposeScope();
            var some = flat.narrow(0, first, Math.Min(AtOnce, flat.numel() - first));
            if (type is IPackedType packed)
            {
                Pack(some.to(ScalarType.Float32), type, packed, place, stream);
                continue;
            }

            var plain = some.to(((PlainType)type).Torch).contiguous();
            _ = TensorBytes.FirstNonFinite(plain) is null ? true : throw TooLarge(place, type);
            stream.Write(plain.bytes);
        }
    }

    private static void Pack(Tensor some, GgufTensorType type, IPackedType packed, string place, Stream stream)
    {
        var count = (int)some.numel();
        if (some.abs().max().item<float>() > LargestHalf)
        {
            throw TooLarge(place, type); // So that no block's scale, which is a float16, is infinite.
        }

        var bytes = ArrayPool<byte>.Shared.Rent((int)type.Bytes(count));
        Parallel.For(0, (count + Part - 1) / Part, part =>
        {
            int from = part * Part, length = Math.Min(Part, count - from);
            packed.Pack(MemoryMarshal.Cast<byte, float>(some.bytes).Slice(from, length), bytes.AsSpan((int)type.Bytes(from), (int)type.Bytes(length)));
        });
        stream.Write(bytes, 0, (int)type.Bytes(count));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static PasException TooLarge(string place, GgufTensorType type) =>
        new($"the weight has a number that is too large for {type.Name}", place, remedy: "convert to f32") { Code = ErrorCodes.NotSupported };
}
