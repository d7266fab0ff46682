using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>Steps of one sequence behind a prompt, plain and steered in turn, so that both meet the same load.</summary>
internal static class DecodeBenchmark
{
    /// <summary>Pairs of steps, of which one is steered.</summary>
    private const int Steps = 48, StepsOfWarmUp = 8;

    /// <summary>So long .NET takes to compile for speed what is called often, on a thread that the steps could use.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>A single sequence cannot be shared out to workers, so its products are: libtorch's own threads work on one step.</summary>
    /// <returns>Tokens a second, plain and steered.</returns>
    public static (double Plain, double Steered) Run(CausalLM model, int[] prompt, int threads)
    {
        using var count = new ThreadCount(threads);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < WarmUp;)
        {
            Measure(model, prompt, StepsOfWarmUp);
        }

        return Measure(model, prompt, Steps);
    }

    private static (double Plain, double Steered) Measure(CausalLM model, int[] prompt, int steps)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var state = new SequenceState(model, prompt.Length + (2 * steps));
        SequenceState[] states = [state];
        var addition = new SteeringEdit(model.Config.Layers / 2, SteeringSite.Residual, SteeringOperation.Add, new float[model.Config.HiddenSize]);
        using var plan = new EditPlan([[addition]], model.DataType, model.Device);
        var steered = new EditHook(plan, EditMembers.Prompts);
        var token = Next(model, model.Forward(PackedBatch.Pack([prompt]), states: states));
        List<double> plainTimes = [], steeredTimes = [];
        for (var step = 0; step < 2 * steps; step++)
        {
            using var stepScope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            token = Next(model, model.Forward(PackedBatch.Continue([token], [state.Length]), step % 2 == 0 ? null : steered, states: states));
            (step % 2 == 0 ? plainTimes : steeredTimes).Add(clock.Elapsed.TotalSeconds);
        }

        return (1 / Median.Of(plainTimes), 1 / Median.Of(steeredTimes));
    }

    private static int Next(CausalLM model, Tensor hidden) => (int)model.Logits(hidden).argmax().cpu().item<long>();
}
