using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;


namespace PainlessSteering.Tests.Models;

/// <summary>
/// The decoder written a second time, as plainly as possible: one sequence, float64, loops, no caching. It shares no code with
/// the engine but the configuration record.
/// </summary>
internal sealed class PlainLoops(CausalLM model)
{
    private readonly ModelConfig _config = model.Config;
    private readonly Dictionary<string, double[]> _weights = model.Weights.ToDictionary(
        pair => pair.Key, pair => pair.Value.to(TorchSharp.torch.ScalarType.Float64).data<double>().ToArray());

    /// <summary>The weights by name, row by row; a test may change them.</summary>
    public Dictionary<string, double[]> Weights => _weights;

    /// <summary>What becomes of a row: of (layer, point, position) and its elements.</summary>
    public Func<(int Layer, HookPoint Point, int Position), double[], double[]>? Edit { get; init; }

    /// <summary>Activations of every token seen by the last <see cref="Logits"/>: [(layer, point)][position][element].</summary>
    public Dictionary<(int Layer, HookPoint Point), double[][]> Seen { get; } = [];

    /// <summary>Logits of the last token.</summary>
    public double[] Logits(int[] tokens)
    {
        var hidden = _config.HiddenSize;
        var x = tokens.Select(token => _weights["model.embed_tokens.weight"].AsSpan(token * hidden, hidden).ToArray().Select(value => value * (_config.EmbeddingFactor ?? 1)).ToArray()).ToArray();
        Visit(-1, HookPoint.BlockOutput, x);
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            var block = (SequentialBlock)_config.Blocks[layer];
            var name = $"model.layers.{layer}.";
            var attended = Mix(block.Mixer, $"{name}{block.Mixer.Name}.", Map(x, row => Norm(row, name, block.MixerNorm)));
            Visit(layer, HookPoint.AttentionOutput, attended);
            x = Add(x, block.MixerOutputNorm is { } outer ? Map(attended, row => Norm(row, name, outer)) : attended);
            var normed = Map(x, row => Norm(row, name, block.FeedForwardNorm));
            Visit(layer, HookPoint.MlpInput, normed);
            var output = Map(normed, row => FeedForward(row, name + "mlp.", block.FeedForward));
            Visit(layer, HookPoint.MlpOutput, output);
            x = Add(x, block.FeedForwardOutputNorm is { } last ? Map(output, row => Norm(row, name, last)) : output);
            Visit(layer, HookPoint.BlockOutput, x);
        }

        return [.. Multiply(Norm(x[^1], "", _config.FinalNorm), _config.TiedEmbeddings ? "model.embed_tokens" : "lm_head", _config.VocabularySize).Select(logit => Capped(logit, _config.LogitCap))];
    }

    private double[][] Mix(MixerPlan plan, string name, double[][] x) => plan switch
    {
        GatedDeltaNetPlan delta => new PlainDelta(delta, part => _weights[name + part], (row, part, outputs) => Multiply(row, name + part, outputs)).Run(x, _config.HiddenSize),
        ShortConvolutionPlan convolution => Convolve(convolution, name, x),
        _ => Attend((AttentionPlan)plan, name, x),
    };

    private double[][] Convolve(ShortConvolutionPlan plan, string name, double[][] x)
    {
        var size = _config.HiddenSize;
        var taps = _weights[$"{name}conv.weight"]; // [channels, taps], the last meets the row itself
        var parts = Map(x, row => Multiply(row, $"{name}in_proj", 3 * size));
        return [.. x.Select((_, position) => Multiply([.. Enumerable.Range(0, size).Select(channel => parts[position][size + channel] * Sum(position, channel))], $"{name}out_proj", size))];

        double Sum(int position, int channel)
        {
            var sum = plan.Bias ? _weights[$"{name}conv.bias"][channel] : 0;
            for (var back = 0; back < plan.Taps && back <= position; back++)
            {
                var seen = parts[position - back];
                sum += taps[(channel * plan.Taps) + plan.Taps - 1 - back] * seen[channel] * seen[(2 * size) + channel];
            }

            return sum;
        }
    }

    private double[][] Attend(AttentionPlan plan, string name, double[][] x)
    {
        int size = plan.HeadSize, group = plan.Heads / plan.KeyValueHeads;
        double[][] Heads(string part, int heads, NormPlan? norm, bool rotates) => [.. x.SelectMany((row, position) =>
        {
            var all = Multiply(row, name + part, heads * size);
            return Enumerable.Range(0, heads).Select(head =>
            {
                var one = all.AsSpan(head * size, size).ToArray();
                one = norm is not null ? Norm(one, name, norm) : one;
                return rotates ? Rotate(one, position, plan) : one;
            });
        })];
        var gated = plan.OutputGate is not null ? x.Select(row => Multiply(row, name + "q_proj", 2 * plan.Heads * size)).ToArray() : null;
        var queries = gated is null ? Heads("q_proj", plan.Heads, plan.QueryNorm, rotates: true) : [.. gated.SelectMany((row, position) =>
            Enumerable.Range(0, plan.Heads).Select(head => Rotate(plan.QueryNorm is { } norm ? Norm(Half(row, head, 0), name, norm) : Half(row, head, 0), position, plan)))];
        double[] Half(double[] row, int head, int half) => row.AsSpan(((2 * head) + half) * size, size).ToArray();
        var keys = Heads("k_proj", plan.KeyValueHeads, plan.KeyNorm, rotates: true);
        var values = Heads("v_proj", plan.KeyValueHeads, null, rotates: false);
        return [.. x.Select((_, position) =>
        {
            var mixed = new double[plan.Heads * size];
            for (var head = 0; head < plan.Heads; head++)
            {
                var from = plan.Window is { } window ? Math.Max(0, position - window + 1) : plan.Chunk is { } chunk ? position / chunk * chunk : 0;
                var scores = Enumerable.Range(from, position - from + 1)
                    .Select(other => Math.Exp(Capped(Dot(queries[(position * plan.Heads) + head], keys[(other * plan.KeyValueHeads) + (head / group)]) / Math.Sqrt(plan.QueryScalar ?? size), plan.ScoreCap)))
                    .ToArray();
                for (var i = 0; i < scores.Length; i++)
                {
                    for (var e = 0; e < size; e++)
                    {
                        mixed[(head * size) + e] += scores[i] / scores.Sum() * values[((from + i) * plan.KeyValueHeads) + (head / group)][e];
                    }
                }
            }

            var gate = gated is null ? null : Enumerable.Range(0, plan.Heads).SelectMany(head => Half(gated[position], head, 1)).ToArray();
            return Multiply(gate is null ? mixed : [.. mixed.Zip(gate, (value, open) => value * Sigmoid(open))], name + "o_proj", _config.HiddenSize);
        })];
    }

    private static double Capped(double value, double? cap) => cap is { } most ? most * Math.Tanh(value / most) : value;

    private static double[] Rotate(double[] head, int position, AttentionPlan plan)
    {
        var (half, rope) = ((plan.RotarySize ?? head.Length) / 2, plan.Rope);
        var turned = head.ToArray(); // Elements beyond the rotated ones stay.
        var frequencies = rope.Frequencies(2 * half);
        for (var i = 0; i < half; i++)
        {
            var (sine, cosine) = Math.SinCos(position * frequencies[i]);
            (sine, cosine) = (sine * rope.Magnitude, cosine * rope.Magnitude);
            turned[i] = (head[i] * cosine) - (head[i + half] * sine);
            turned[i + half] = (head[i + half] * cosine) + (head[i] * sine);
        }

        return turned;
    }

    private double[] FeedForward(double[] row, string name, FeedForwardPlan plan) => plan switch
    {
        MixtureOfExpertsPlan experts => Experts(row, name, experts),
        _ => Mlp(row, name, (MlpPlan)plan),
    };

    private double[] Experts(double[] row, string name, MixtureOfExpertsPlan plan)
    {
        var router = (SoftmaxRouterPlan)plan.Router;
        var scores = Multiply(row, name + "gate", plan.Experts).Select(Math.Exp).ToArray();
        var chosen = Enumerable.Range(0, plan.Experts).OrderByDescending(expert => scores[expert]).Take(router.Chosen).ToArray();
        var total = router.Normalises ? chosen.Sum(expert => scores[expert]) : scores.Sum();
        var sum = new double[row.Length];
        foreach (var expert in chosen)
        {
            sum = [.. sum.Zip(Mlp(row, $"{name}experts.{expert}.", plan.Expert), (a, b) => a + (b * scores[expert] / total))];
        }

        var open = Sigmoid(Multiply(row, name + "shared_expert_gate", 1)[0]);
        return [.. sum.Zip(Mlp(row, name + "shared_expert.", plan.Shared!.Mlp), (a, b) => a + (b * open))];
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    private double[] Mlp(double[] row, string name, MlpPlan plan)
    {
        var gate = Multiply(row, name + "gate_proj", plan.InnerSize);
        var up = Multiply(row, name + "up_proj", plan.InnerSize);
        return Multiply([.. gate.Zip(up, (g, u) => Activated(g, plan) * u)], name + "down_proj", _config.HiddenSize);
    }

    private static double Activated(double gate, MlpPlan plan) => plan.Activation == Activation.Silu
        ? gate / (1 + Math.Exp(-gate))
        : gate / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (gate + (0.044715 * Math.Pow(gate, 3)))));

    private double[] Norm(double[] row, string module, NormPlan plan)
    {
        var (_, epsilon, addsOne) = (RmsNormPlan)plan;
        var scale = 1 / Math.Sqrt((row.Sum(value => value * value) / row.Length) + epsilon);
        return [.. row.Select((value, i) => value * scale * (_weights[$"{module}{plan.Name}.weight"][i] + (addsOne ? 1 : 0)))];
    }

    private double[] Multiply(double[] row, string name, int outputs)
    {
        var weight = _weights[name + ".weight"];
        var bias = _weights.GetValueOrDefault(name + ".bias");
        return [.. Enumerable.Range(0, outputs).Select(o => Dot(weight.AsSpan(o * row.Length, row.Length), row) + (bias?[o] ?? 0))];
    }

    private void Visit(int layer, HookPoint point, double[][] x)
    {
        for (var position = 0; position < x.Length && Edit is not null; position++)
        {
            x[position] = Edit((layer, point, position), x[position]);
        }

        Seen[(layer, point)] = [.. x.Select(row => row.ToArray())];
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double[][] Map(double[][] rows, Func<double[], double[]> map) => [.. rows.Select(map)];

    private static double[][] Add(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (p, q) => p + q).ToArray())];
}
