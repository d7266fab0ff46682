using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>The engine against <see cref="PlainLoops"/>, for every flag of the families.</summary>
public class CausalLMTests
{
    private const double Tolerance = 2e-4; // of logits of spread 10 and more, float32 against float64

    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void LogitsEqualPlainLoops(string name)
    {
        using var model = TinyModels.Make(TinyModels.Config(name));
        foreach (var length in new[] { 1, 2, 9, 30 })
        {
            var tokens = TinyModels.Tokens(length, length);
            AssertClose(new PlainLoops(model).Logits(tokens), Logits(model, [tokens])[0]);
        }
    }

    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void PackedPromptsWithSharedBeginningsEqualPlainLoops(string name)
    {
        using var model = TinyModels.Make(TinyModels.Config(name));
        var head = TinyModels.Tokens(1, 12);
        int[][] prompts =
        [
            [.. head, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1],
            [.. head, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2], // parts at the last token
            [.. head, 4, 5, 30, 31],                    // parts inside the span of the first
            head,                                       // ends where the others go on
            [3, 2, 1],
            [9],
        ];
        var packed = PackedBatch.Pack(prompts);
        Assert.True(packed.Rows < prompts.Sum(prompt => prompt.Length) - 20, "the shared beginning is not shared");
        var logits = Logits(model, prompts);
        for (var i = 0; i < prompts.Length; i++)
        {
            AssertClose(new PlainLoops(model).Logits(prompts[i]), logits[i]);
        }
    }

    [Fact]
    public void LongPromptsAreAttendedInPiecesWithoutAChange()
    {
        using var model = TinyModels.Make(TinyModels.Llama.WithWindows([null, 290, 40]));
        var tokens = TinyModels.Tokens(5, 400);
        AssertClose(new PlainLoops(model).Logits(tokens), Logits(model, [tokens])[0]);
    }

    [Theory]
    [InlineData("mistral window, wide heads")]
    [InlineData("gemma2")]
    [InlineData("qwen3.5, delta networks")]
    [InlineData("qwen3-next, grouped delta networks")]
    [InlineData("lfm2, short convolutions")]
    public void DecodingWithAStateEqualsTheWholeSequence(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config(name));
        int[][] sequences = [TinyModels.Tokens(1, 14), TinyModels.Tokens(2, 9)];
        SequenceState[] states = [new(model, 20), new(model, 20)];
        using var inference = inference_mode();
        for (var i = 0; i < 2; i++)
        {
            model.Forward(PackedBatch.Pack([sequences[i][..5]]), states: [states[i]]);
        }

        for (var length = 5; length < 9; length++)
        {
            var step = PackedBatch.Continue([sequences[0][length], sequences[1][length]], [length, length]);
            var logits = model.Logits(model.Forward(step, states: states));
            AssertClose(new PlainLoops(model).Logits(sequences[0][..(length + 1)]), logits[0, 0].data<float>().ToArray());
            AssertClose(new PlainLoops(model).Logits(sequences[1][..(length + 1)]), logits[1, 0].data<float>().ToArray());
        }

        // A longer piece behind a cache, as in the next turn of a chat.
        var rest = model.Logits(model.Forward(PackedBatch.Append(sequences[0][9..], 9), states: [states[0]]));
        AssertClose(new PlainLoops(model).Logits(sequences[0]), rest[0, 0].data<float>().ToArray());
        Array.ForEach(states, state => state.Dispose());
    }

    [Fact]
    public void Bfloat16StaysNearFloat32()
    {
        using var wide = TinyModels.Make(TinyModels.Llama);
        using var narrow = TinyModels.Make(TinyModels.Llama, ScalarType.BFloat16);
        var tokens = TinyModels.Tokens(3, 20);
        var expected = Logits(wide, [tokens])[0];
        var spread = expected.Max() - expected.Min();
        Assert.All(expected.Zip(Logits(narrow, [tokens])[0]), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.05 * spread));
    }

    [Theory]
    [InlineData("qwen3 norm, one key head")]
    [InlineData("qwen3.5, delta networks")]
    public void AForwardPassLeavesNoTensorBehind(string name)
    {
        using var model = TinyModels.Make(TinyModels.Config(name));
        Logits(model, [TinyModels.Tokens(1, 20)]); // Weights may be packed at first use.
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Logits(model, [TinyModels.Tokens(1, 20), TinyModels.Tokens(2, 30)]);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    internal static float[][] Logits(CausalLM model, int[][] prompts)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var logits = model.Logits(model.Forward(PackedBatch.Pack(prompts)));
        return [.. Enumerable.Range(0, prompts.Length).Select(i => logits[i, 0].data<float>().ToArray())];
    }

    internal static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max() - expected.Min() > 1, "the reference is degenerate");
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst < Tolerance, $"differs by {worst}");
    }
}
