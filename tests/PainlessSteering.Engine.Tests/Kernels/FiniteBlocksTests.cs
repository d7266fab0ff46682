using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Whether blocks are finite is told by their scales, where these alone decide it.</summary>
public class FiniteBlocksTests
{
    public static TheoryData<string> Types => [.. GgufTensorType.All.OfType<BlockType>().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void FiniteScalesMakeFiniteNumbersAndOthersAreFound(string name)
    {
        using var scope = NewDisposeScope();
        var type = GgufTensorType.All.OfType<BlockType>().Single(type => type.Name == name);
        if (type.FiniteBy.Length == 0)
        {
            Assert.Contains(name, (string[])["IQ1_M", "MXFP4", "NVFP4"]); // Whose scales stand in pieces, or are no float16.
            return;
        }

        var random = new Random(3);
        var bytes = new byte[2500 * type.BlockBytes];
        random.NextBytes(bytes);
        ushort[] greatest = [0x7BFF, 0xFBFF];
        for (var block = 0; block < 2500; block++)
        {
            foreach (var scale in type.FiniteBy)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan((block * type.BlockBytes) + scale), block % 2 == 0 ? greatest[random.Next(2)] : (ushort)(random.Next(1 << 16) & 0xFBFF));
            }
        }

        var numbers = new float[type.Numbers(bytes.Length)];
        type.Widen(bytes, numbers);
        Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
        Assert.Null(BlockNumbers.FirstNonFinite(tensor(bytes), type));
        foreach (var scale in type.FiniteBy)
        {
            foreach (ushort bad in (ushort[])[0x7C00, 0xFC01])
            {
                var spoilt = (byte[])bytes.Clone();
                foreach (var block in new[] { 1777, 2400 })
                {
                    BitConverter.TryWriteBytes(spoilt.AsSpan((block * type.BlockBytes) + scale), bad);
                }

                type.Widen(spoilt, numbers);
                Assert.Equal(Array.FindIndex(numbers, number => !float.IsFinite(number)), BlockNumbers.FirstNonFinite(tensor(spoilt), type));
            }
        }
    }
}
