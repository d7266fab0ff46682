using System.Diagnostics;
using System.Globalization;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Vectors.Formats;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Server;

/// <summary>What the server and steering cost beside the model; prints rates, and is run only when asked for (-explicit only), on an idle machine.</summary>
public class RateTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int Tokens = 64;
    private const int Rounds = 7;
    private const int WarmUp = 4; // Code is compiled anew as it is seen to be in use.

    [Theory(Explicit = true)]
    [InlineData(null)]
    [InlineData("125m")]
    public async Task TokensASecondSteeredAndUnsteered(string? shape)
    {
        var config = shape is null ? ModelSource.Open(Demo.DemoFolder.PathOf("model")).Config : RandomShapes.Find(shape);
        using var model = CausalLM.Random(config with { ContextLength = 512, EndOfSequence = [] }, seed: 1); // No answer ends early.
        using var vectors = new TempFolder();
        for (var i = 0; i < Clients; i++)
        {
            SafetensorsFormat.Write(vectors.File($"r{i}.safetensors"), DemoVectors.Random(model, i));
        }

        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = vectors.Path }, model);
        async Task<double> Rate(Func<int, string> name)
        {
            var clock = Stopwatch.StartNew();
            var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => server.AskAsync("/v1/completions", new { model = name(i), prompt = "A lirp and a yelt talked at the", max_tokens = Tokens, temperature = 0 })));
            return answers.Sum(answer => (int)answer["usage"]!["completion_tokens"]!) / clock.Elapsed.TotalSeconds;
        }

        Task<double> Unsteered() => Rate(_ => "base");
        Task<double> Steered() => Rate(i => $"base+r{i}@4");
        for (var round = 0; round < WarmUp; round++)
        {
            await Unsteered();
            await Steered();
        }

        double[] alone = new double[Rounds], unsteered = new double[Rounds], steered = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            alone[round] = ModelAlone(model);
            if (round % 2 == 0) // In turns, so that what changes with time is no difference.
            {
                unsteered[round] = await Unsteered();
            }

            steered[round] = await Steered();
            unsteered[round] = round % 2 == 0 ? unsteered[round] : await Unsteered();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{shape ?? "demo"}, {Clients} rows, tokens/s (medians of {Rounds}): {Median(alone):0} by the model alone, {Median(unsteered):0} served unsteered, {Median(steered):0} with {Clients} vectors, ratio {Median(steered) / Median(unsteered):0.00}"));
    }

    /// <summary>Tokens a second of as many rows in steps of the model, without engine and server.</summary>
    private static double ModelAlone(CausalLM model)
    {
        var before = get_num_threads();
        set_num_threads(1);
        var states = Enumerable.Range(0, Clients).Select(_ => new SequenceState(model, Tokens)).ToArray();
        int[] tokens = [.. Enumerable.Range(0, Clients)];
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < Tokens; step++)
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            model.Logits(model.Forward(PackedBatch.Continue(tokens, [.. states.Select(state => state.Length)]), states: states));
        }

        var rate = Clients * Tokens / clock.Elapsed.TotalSeconds;
        Array.ForEach(states, state => state.Dispose());
        set_num_threads(before);
        return rate;
    }

    private static double Median(double[] rates) => rates.Order().ElementAt(rates.Length / 2);
}
