using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>What rows see, and its gradients, against autograd's own in float64 of one product with a mask of all rows.</summary>
public sealed class AttentionGradientTests
{
    [Theory]
    [InlineData(ScalarType.Float32, null, null, false)]
    [InlineData(ScalarType.Float32, null, null, true)]
    [InlineData(ScalarType.Float32, 70, null, false)]
    [InlineData(ScalarType.Float32, 3, null, true)]
    [InlineData(ScalarType.Float32, null, 2.0, false)]
    [InlineData(ScalarType.Float32, 20, 2.0, true)]
    [InlineData(ScalarType.BFloat16, null, null, false)]
    [InlineData(ScalarType.BFloat16, 20, 2.0, true)]
    public void EqualAutogradsOfAMaskedProduct(ScalarType type, int? window, double? cap, bool leavesOnly)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var plan = TinyModels.Llama.Attention() with { HeadSize = 10, Window = window, ScoreCap = cap };
        using var weights = new RandomWeights(1, CPU, type, WeightFormat.Full);
        using var rotary = new RotaryTables(CPU);
        var attention = new DotProductAttention(plan.Shape, new PartSource(weights, rotary, "attention", 24, 0));

        // Spans of more rows than one part, beginnings shared by two and by three, a prompt of one token.
        int[] first = TinyModels.Tokens(1, 150), second = [.. first[..100], .. TinyModels.Tokens(2, 30)], third = [.. first[..100], .. TinyModels.Tokens(3, 9)];
        int[][] prompts = [first, second, third, TinyModels.Tokens(4, 75), [7]];
        var batch = PackedBatch.Pack(prompts);
        using var pass = new ForwardPass(batch, null, null);
        Tensor Make(long rows, int heads) => randn([rows, heads, plan.HeadSize], generator: generator).to(type);
        var rows = leavesOnly ? batch.Prompts : batch.Rows;
        if (leavesOnly)
        {
            pass.Layout.DropTokens();
        }

        Tensor[] operands = [Make(rows, plan.Heads), Make(batch.Rows, plan.KeyValueHeads), Make(batch.Rows, plan.KeyValueHeads)];
        var given = randn([rows, plan.Heads * plan.HeadSize], generator: generator).to(type);
        var mine = operands.Select(operand => operand.detach().requires_grad_(true)).ToArray();
        var got = AttentionFunction.Of(mine[0], mine[1], mine[2], new AttentionGradient(attention, pass));
        var gradients = autograd.grad([got], mine, [given]);
        ReturnedGradients.Release();

        var exact = operands.Select(operand => operand.to(ScalarType.Float64).requires_grad_(true)).ToArray();
        var expected = Masked(exact, Hidden(batch, window)[(int)(batch.Rows - rows)..], cap);
        var expectedGradients = autograd.grad([expected], exact, [given.to(ScalarType.Float64)]);
        var tolerance = type == ScalarType.Float32 ? 2e-6 : 0.02;
        foreach (var (ours, theirs) in gradients.Prepend(got).Zip(expectedGradients.Prepend(expected)))
        {
            Assert.Equal(type, ours.dtype);
            Assert.Equal(theirs.shape, ours.shape);
            Assert.InRange((ours.to(ScalarType.Float64) - theirs).abs().max().item<double>(), 0, tolerance * theirs.abs().max().item<double>());
            Assert.True(theirs.std().item<double>() > 0.01);
        }
    }

    [Theory]
    [InlineData(1, ScalarType.Float32)]
    [InlineData(16, ScalarType.Float32)]
    [InlineData(37, ScalarType.Float32)]
    [InlineData(37, ScalarType.BFloat16)]
    public void OfTheSoftmax(int keys, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor weights = randn([2, 3, keys], generator: generator).softmax(-1).to(type), gradient = randn([2, 3, keys], generator: generator).to(type);
        var (w, g) = (weights.to(ScalarType.Float64), gradient.to(ScalarType.Float64));
        var expected = w * (g - (w * g).sum(-1, keepdim: true));
        Assert.True(SoftmaxGradientKernel.TryRun(weights, gradient));
        Assert.InRange((gradient.to(ScalarType.Float64) - expected).abs().max().item<double>(), 0, type == ScalarType.Float32 ? 1e-6 : 0.01);
    }

    /// <summary>All rows at once: [rows, heads x head size].</summary>
    private static Tensor Masked(Tensor[] operands, Tensor hidden, double? cap)
    {
        var (queries, group) = (operands[0].transpose(0, 1), operands[0].shape[1] / operands[1].shape[1]);
        Tensor ByHead(Tensor of) => of.transpose(0, 1).repeat_interleave(group, 0);
        var scores = matmul(queries, ByHead(operands[1]).transpose(1, 2));
        scores = cap is { } most ? (scores / most).tanh() * most : scores;
        var weights = scores.masked_fill(hidden, double.NegativeInfinity).softmax(-1);
        return matmul(weights, ByHead(operands[2])).transpose(0, 1).flatten(1);
    }

    /// <summary>Which row does not see which: true but for the rows of the same prompt at the positions before, as far as the window goes.</summary>
    private static Tensor Hidden(PackedBatch batch, int? window)
    {
        var hidden = ones([batch.Rows, batch.Rows], ScalarType.Bool);
        for (var prompt = 0; prompt < batch.Prompts; prompt++)
        {
            var rows = new List<int> { batch.TokenRows + prompt };
            for (var i = batch.LastSpans[prompt]; i >= 0; i = batch.Spans[i].Parent)
            {
                rows.InsertRange(0, Enumerable.Range(batch.Spans[i].FirstRow, batch.Spans[i].Tokens.Length));
            }

            for (var query = 0; query < rows.Count; query++)
            {
                for (var key = Math.Max(0, query - (window ?? int.MaxValue) + 1); key <= query; key++)
                {
                    hidden[rows[query], rows[key]] = false;
                }
            }
        }

        return hidden;
    }
}
