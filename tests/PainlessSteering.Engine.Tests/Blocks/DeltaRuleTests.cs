using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Blocks;

/// <summary>Every form of the gated delta rule against its recurrence, written as loops in float64.</summary>
public sealed class DeltaRuleTests : IDisposable
{
    private const double Tolerance = 4e-6; // of numbers of size 1 to 5

    private readonly Generator _generator = new(3);
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 2, 4, 16, 16 },
        { 7, 1, 1, 5, 3 },
        { 90, 2, 4, 16, 16 },
        { 150, 2, 6, 32, 80 }, // Columns behind the last whole vectors.
        { 64, 1, 2, 128, 128 }, // One chunk to its end.
    };

    public void Dispose()
    {
        _scope.Dispose();
        _generator.Dispose();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RowByRowAndInChunks(int count, int keyHeads, int heads, int keySize, int valueSize)
    {
        foreach (var decay in new[] { 0.2, 20 })
        {
            var rows = Rows(count, keyHeads, heads, keySize, valueSize, decay);
            foreach (var before in new[] { null, Normal(heads, keySize, valueSize) })
            {
                var (output, state) = Loops(rows, before);
                var (byChunks, behindChunks) = DeltaRule.Chunks(rows, before);
                AssertNear(output, byChunks);
                AssertNear(state, behindChunks);

                Tensor read = zeros_like(rows.Values), behind = zeros(heads, keySize, valueSize);
                Assert.True(DeltaKernel.Takes(rows.Queries, rows.Values, behind));
                DeltaRule.Advance(rows, [new DeltaRun(0, count, before, behind)], read);
                AssertNear(output, read);
                AssertNear(state, behind);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void RowsThatStandBehindOneState(int count, int keyHeads, int heads, int keySize, int valueSize)
    {
        var rows = Rows(count, keyHeads, heads, keySize, valueSize, 0.5);
        foreach (var state in new[] { null, Normal(heads, keySize, valueSize) })
        {
            var kept = state?.clone();
            var read = DeltaRule.ReadApart(rows, state);
            for (var row = 0; row < count; row += 20)
            {
                AssertNear(Loops(rows.Narrow(row, 1), state).Output, read.narrow(0, row, 1));
            }

            Assert.True(state is null || state.Equals(kept!));
        }
    }

    [Fact]
    public void AStateDoesNotDependOnHowRowsArePartedNorOnOtherRuns()
    {
        var rows = Rows(40, 2, 4, 16, 24, 0.3);
        var before = Normal(4, 16, 24);
        Tensor whole = zeros(4, 16, 24), first = zeros(4, 16, 24), second = zeros(4, 16, 24), read = zeros_like(rows.Values), parted = zeros_like(rows.Values);
        DeltaRule.Advance(rows, [new DeltaRun(0, 40, before, whole)], read);
        DeltaRule.Advance(rows, [new DeltaRun(0, 13, before, first), new DeltaRun(20, 5, null, second)], parted);
        DeltaRule.Advance(rows, [new DeltaRun(13, 27, first, first)], parted); // In place.
        Assert.True(whole.Equals(first));
        Assert.True(read.Equals(parted));
    }

    [Fact]
    public void WhereOnlyTheStateIsWantedNothingElseIsWritten()
    {
        var rows = Rows(10, 1, 2, 8, 8, 0.3);
        Tensor with = zeros(2, 8, 8), without = zeros(2, 8, 8);
        DeltaRule.Advance(rows, [new DeltaRun(0, 10, null, with)], zeros_like(rows.Values));
        DeltaRule.Advance(rows, [new DeltaRun(0, 10, null, without)], null);
        Assert.True(with.Equals(without));
    }

    [Fact]
    public void GradientsGoThroughChunks()
    {
        var rows = Rows(70, 1, 2, 8, 8, 0.3);
        var values = rows.Values.clone().requires_grad_();
        Tensor read = zeros_like(values), behind = zeros(2, 8, 8);
        DeltaRule.Advance(rows with { Values = values }, [new DeltaRun(0, 70, null, behind)], read);
        (read * read).sum().backward();
        var step = Normal(70, 2, 8) * 1e-3;
        var (more, less) = (Loops(rows with { Values = rows.Values + step }, null).Output, Loops(rows with { Values = rows.Values - step }, null).Output);
        var measured = ((more * more).sum() - (less * less).sum()).item<double>() / 2;
        Assert.Equal(measured, (values.grad! * step).sum().item<float>(), Math.Abs(measured) * 1e-3);
    }

    private DeltaRows Rows(int count, int keyHeads, int heads, int keySize, int valueSize, double decay)
    {
        Tensor Unit(double length)
        {
            var rows = Normal(count, keyHeads, keySize);
            return (rows / rows.norm(2, keepdim: true) * length).contiguous();
        }

        return new DeltaRows(
            Unit(Math.Pow(keySize, -0.5)), Unit(1), Normal(count, heads, valueSize), rand([count, heads], generator: _generator) * -decay, rand([count, heads], generator: _generator));
    }

    private Tensor Normal(params long[] shape) => randn(shape, generator: _generator);

    private static (Tensor Output, Tensor State) Loops(DeltaRows rows, Tensor? before)
    {
        var (count, keyHeads, heads, keySize, valueSize) = (rows.Keys.size(0), rows.Keys.size(1), rows.Values.size(1), rows.Keys.size(2), rows.Values.size(2));
        static double[] Numbers(Tensor of) => of.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        double[] queries = Numbers(rows.Queries), keys = Numbers(rows.Keys), values = Numbers(rows.Values), decays = Numbers(rows.LogDecays), rates = Numbers(rows.Rates);
        var state = before is null ? new double[heads * keySize * valueSize] : Numbers(before);
        var output = new double[values.Length];
        for (var row = 0L; row < count; row++)
        {
            for (var head = 0L; head < heads; head++)
            {
                var (key, value, gate) = (((row * keyHeads) + (head / (heads / keyHeads))) * keySize, ((row * heads) + head) * valueSize, (row * heads) + head);
                for (var column = 0L; column < valueSize; column++)
                {
                    long At(long i) => (((head * keySize) + i) * valueSize) + column;
                    var known = 0.0;
                    for (var i = 0L; i < keySize; i++)
                    {
                        state[At(i)] *= Math.Exp(decays[gate]);
                        known += state[At(i)] * keys[key + i];
                    }

                    for (var i = 0L; i < keySize; i++)
                    {
                        state[At(i)] += keys[key + i] * rates[gate] * (values[value + column] - known);
                        output[value + column] += state[At(i)] * queries[key + i];
                    }
                }
            }
        }

        return (tensor(output).view_as(rows.Values), tensor(state).view(heads, keySize, valueSize));
    }

    private static void AssertNear(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<double>(), 0, Tolerance);
}
