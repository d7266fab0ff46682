using PainlessSteering.Engine;
using PainlessSteering.Tests.Models;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>The loss of an adapted model in plain float64 loops, and its gradient by central differences: no autograd, no packing.</summary>
internal sealed class PlainTraining
{
    private readonly PlainLoops _loops;
    private readonly IReadOnlyList<SftExample> _examples;
    private readonly List<Module> _modules = [];

    public PlainTraining(CausalLM model, LoraModel lora, SftOptions options, IReadOnlyList<SftExample> examples)
    {
        _loops = new PlainLoops(model);
        _examples = examples;
        foreach (var linear in lora.Linears)
        {
            var weight = _loops.Weights[linear.Module + ".weight"];
            _modules.Add(new Module(weight, [.. weight], (int)linear.A.shape[1], options.Rank, options.Alpha / options.Rank));
            Factors.Add(Values(linear.A));
            Factors.Add(Values(linear.B));
        }
    }

    /// <summary>A and B of each module, row by row; a test may change them.</summary>
    public List<double[]> Factors { get; } = [];

    /// <summary>Mean cross-entropy of the responses' tokens.</summary>
    public double Loss()
    {
        for (var m = 0; m < _modules.Count; m++)
        {
            var (module, a, b) = (_modules[m], Factors[2 * m], Factors[(2 * m) + 1]);
            for (var i = 0; i < module.Weight.Length; i++)
            {
                var sum = 0.0;
                for (var k = 0; k < module.Rank; k++)
                {
                    sum += b[(i / module.Inputs * module.Rank) + k] * a[(k * module.Inputs) + (i % module.Inputs)];
                }

                module.Weight[i] = module.Original[i] + (module.Scale * sum);
            }
        }

        var (loss, count) = (0.0, 0);
        foreach (var example in _examples)
        {
            for (var position = example.PromptLength; position < example.Tokens.Length; position++, count++)
            {
                var logits = _loops.Logits(example.Tokens[..position]);
                var most = logits.Max();
                loss += most + Math.Log(logits.Sum(logit => Math.Exp(logit - most))) - logits[example.Tokens[position]];
            }
        }

        return loss / count;
    }

    /// <summary>The derivative of the loss by one number.</summary>
    public double Derivative(int factor, int index)
    {
        const double Step = 1e-5;
        var value = Factors[factor][index];
        Factors[factor][index] = value + Step;
        var above = Loss();
        Factors[factor][index] = value - Step;
        var below = Loss();
        Factors[factor][index] = value;
        return (above - below) / (2 * Step);
    }

    public static double[] Values(Tensor tensor)
    {
        using var wide = tensor.detach().to(ScalarType.Float64);
        return wide.data<double>().ToArray();
    }

    private sealed record Module(double[] Weight, double[] Original, int Inputs, int Rank, double Scale);
}
