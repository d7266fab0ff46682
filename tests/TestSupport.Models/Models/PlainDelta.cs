using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Tests.Models;

/// <summary>A gated delta network as plainly as possible; see <see cref="PlainLoops"/>.</summary>
/// <param name="plan">Shapes.</param>
/// <param name="weight">A weight by its name in the module.</param>
/// <param name="multiply">A row times a weight of the module, with so many outputs.</param>
internal sealed class PlainDelta(GatedDeltaNetPlan plan, Func<string, double[]> weight, Func<double[], string, int, double[]> multiply)
{
    private int Group => plan.Heads / plan.KeyHeads;

    public double[][] Run(double[][] x, int hidden)
    {
        var inputs = x.Select(Inputs).ToArray();
        var channels = Convolved([.. inputs.Select(input => input.Channels)]);
        var states = Enumerable.Range(0, plan.Heads).Select(_ => new double[plan.KeySize, plan.ValueSize]).ToArray();
        return [.. inputs.Select((input, row) => multiply(
            [.. Enumerable.Range(0, plan.Heads).SelectMany(head => Head(head, states[head], channels[row], input))], "out_proj", hidden))];
    }

    private (double[] Channels, double[] Gates, double[] Rates, double[] Decays) Inputs(double[] row)
    {
        if (!plan.IsGrouped)
        {
            return (multiply(row, "in_proj_qkv", plan.Channels), multiply(row, "in_proj_z", plan.Values), multiply(row, "in_proj_b", plan.Heads), multiply(row, "in_proj_a", plan.Heads));
        }

        var all = multiply(row, "in_proj_qkvz", plan.Channels + plan.Values).Chunk((plan.Channels + plan.Values) / plan.KeyHeads).ToArray();
        var both = multiply(row, "in_proj_ba", 2 * plan.Heads).Chunk(2 * Group).ToArray();
        var values = Group * plan.ValueSize;
        double[] Part(int from, int size) => [.. all.SelectMany(group => group.Skip(from).Take(size))];
        return (
            [.. Part(0, plan.KeySize), .. Part(plan.KeySize, plan.KeySize), .. Part(2 * plan.KeySize, values)],
            Part((2 * plan.KeySize) + values, values),
            [.. both.SelectMany(group => group.Take(Group))],
            [.. both.SelectMany(group => group.Skip(Group))]);
    }

    private double[][] Convolved(double[][] rows)
    {
        var taps = weight("conv1d.weight");
        return [.. rows.Select((_, row) => rows[row].Select((_, channel) =>
        {
            var sum = 0.0;
            for (var tap = Math.Max(0, plan.Taps - 1 - row); tap < plan.Taps; tap++)
            {
                sum += taps[(channel * plan.Taps) + tap] * rows[row - plan.Taps + 1 + tap][channel];
            }

            return Silu(sum);
        }).ToArray())];
    }

    private double[] Head(int head, double[,] state, double[] channels, (double[] Channels, double[] Gates, double[] Rates, double[] Decays) input)
    {
        double[] Slice(int from, int size) => channels[from..(from + size)];
        static double[] Unit(double[] vector) => [.. vector.Select(value => value / Math.Sqrt(vector.Sum(other => other * other) + 1e-6))];
        int keyHead = head / Group, keys = plan.KeyHeads * plan.KeySize;
        double[] query = Unit(Slice(keyHead * plan.KeySize, plan.KeySize)), key = Unit(Slice(keys + (keyHead * plan.KeySize), plan.KeySize));
        var value = Slice((2 * keys) + (head * plan.ValueSize), plan.ValueSize);
        var rate = 1 / (1 + Math.Exp(-input.Rates[head]));
        var decay = Math.Exp(-Math.Exp(weight("A_log")[head]) * Math.Log(1 + Math.Exp(input.Decays[head] + weight("dt_bias")[head])));
        var read = new double[plan.ValueSize];
        for (var column = 0; column < plan.ValueSize; column++)
        {
            var known = 0.0;
            for (var i = 0; i < plan.KeySize; i++)
            {
                state[i, column] *= decay;
                known += state[i, column] * key[i];
            }

            for (var i = 0; i < plan.KeySize; i++)
            {
                state[i, column] += key[i] * rate * (value[column] - known);
                read[column] += state[i, column] * query[i] / Math.Sqrt(plan.KeySize);
            }
        }

        var scale = 1 / Math.Sqrt((read.Sum(number => number * number) / read.Length) + plan.Epsilon);
        return [.. read.Select((number, i) => number * scale * weight("norm.weight")[i] * Silu(input.Gates[(head * plan.ValueSize) + i]))];
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));
}
