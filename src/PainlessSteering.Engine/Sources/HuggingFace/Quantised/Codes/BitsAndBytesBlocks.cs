using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>Codes of 4 bits in blocks over the whole of a tensor, the first code of a byte in its high four bits.</summary>
internal sealed class BitsAndBytesBlocks(string name, long[] shape, WeightParts parts) : CodedWeight(name, shape, parts)
{
    /// <summary>Numbers of a block.</summary>
    public required int Block { get; init; }

    /// <summary>[16] F32: the number of each code.</summary>
    public required StoredTensor Map { get; init; }

    /// <summary>[blocks]: what each block's numbers are multiplied by, F32; or codes of it, U8.</summary>
    public required StoredTensor Largest { get; init; }

    /// <summary>What the codes of <see cref="Largest"/> mean; null where it has numbers.</summary>
    public required NestedBlocks? Nested { get; init; }

    /// <summary>The same, if each tensor is as long as the shape makes it.</summary>
    public BitsAndBytesBlocks Checked()
    {
        var (bytes, blocks) = (Count(Elements, 2), Count(Elements, Block));
        return Stored.Elements != bytes ? throw Stored.WrongShape($"{bytes} bytes, for a weight of {string.Join(" x ", Shape)}")
            : Largest.Elements != blocks ? throw Largest.WrongShape($"[{blocks}]")
            : Nested is { } nested && nested.Largest.Elements != Count(blocks, nested.Block) ? throw nested.Largest.WrongShape($"[{Count(blocks, nested.Block)}]")
            : this;
    }

    private long Elements => Rows * Inputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Widen(long first, int count, Span<float> values)
    {
        Span<float> map = stackalloc float[16];
        Map.Numbers(0, map);
        long begin = first * Inputs, end = begin + ((long)count * Inputs);
        for (var at = begin; at < end;)
        {
            var block = at / Block;
            var until = Math.Min((block + 1) * Block, end);
            var largest = LargestOf(block);
            var bytes = Stored.Bytes(at / 2, (int)(((until + 1) / 2) - (at / 2)));
            var into = values.Slice((int)(at - begin), (int)(until - at));
            var odd = (int)(at % 2);
            for (var i = 0; i < into.Length; i++)
            {
                var place = i + odd;
                into[i] = map[(bytes[place / 2] >> (4 * (1 - (place % 2)))) & 15] * largest;
            }

            at = until;
        }
    }

    private float LargestOf(long block)
    {
        Span<float> number = stackalloc float[1];
        if (Nested is not { } nested)
        {
            Largest.Numbers(block, number);
            return number[0];
        }

        nested.Map.Numbers(Largest.Bytes(block, 1)[0], number);
        var code = number[0];
        nested.Largest.Numbers(block / nested.Block, number);
        return (code * number[0]) + nested.Offset;
    }

    private static long Count(long numbers, long each) => (numbers + each - 1) / each;
}

/// <summary>How the largest numbers of blocks are quantised themselves: map[code] largest + offset, rounded after each step.</summary>
/// <param name="Map">[256] F32</param>
/// <param name="Largest">[blocks of blocks] F32</param>
/// <param name="Block">Blocks of one.</param>
/// <param name="Offset">Of all of a weight.</param>
internal sealed record NestedBlocks(StoredTensor Map, StoredTensor Largest, int Block, float Offset);
