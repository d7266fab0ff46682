using System.Diagnostics;
using System.Globalization;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Memory;

/// <summary>What the tool says that it will take of memory is what it takes, as the system counts it.</summary>
public class MemoryNeedTests
{
    private const int Tokens = 16;

    [Theory]
    [InlineData()]
    [InlineData("--dtype", "f32")]
    [InlineData("--weights", "int4")]
    [InlineData("--weights", "int8")]
    public async Task AModelOf125Million(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from Linux's files");
        using var folder = new TempFolder();
        using (var model = CausalLM.Random(RandomShapes.Find("125m"), seed: 1))
        {
            using var scope = NewDisposeScope();
            SafeTensorsWriter.Write(folder.File("model.safetensors"), model.Weights.ToDictionary(weight => weight.Key, weight => weight.Value.to(ScalarType.BFloat16)), new Dictionary<string, string>());
        }

        using (var tiny = new TinyModelFolder())
        {
            File.Copy(tiny.File("tokenizer.json"), folder.File("tokenizer.json"));
        }

        folder.Write("config.json", """
            {"architectures": ["LlamaForCausalLM"], "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12, "num_attention_heads": 12, "num_key_value_heads": 4,
             "vocab_size": 32000, "max_position_embeddings": 131072, "rms_norm_eps": 1e-5, "rope_theta": 10000, "tie_word_embeddings": false}
            """);
        await AssertPeakAsync(folder.Path, arguments);
    }

    [Fact]
    public Task ASmallModel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from Linux's files");
        return AssertPeakAsync(DemoFolder.PathOf("model"));
    }

    private static async Task AssertPeakAsync(string model, params string[] arguments)
    {
        long need;
        using (var source = ModelSource.Open(model))
        {
            WeightFormat? format = arguments is ["--weights", var name] ? WeightFormats.Parse(name) : null;
            var options = arguments is ["--dtype", "f32"] ? new LoadOptions() : LoadOptions.Fitting(source, weights: format);
            var working = WorkingSet.OfTexts(source.Config, options.DataType, new GenerationEngineOptions(), sequences: 1, Tokens + WorkingSet.UsualPrompt);
            need = MemoryNeed.Of(source.Weights, source.Config, options with { WorkingBytes = working }).Bytes;
        }

        var peak = await PeakAsync([Path.Combine(AppContext.BaseDirectory, "pas.dll"), "generate", "--model", model, "--max-tokens", $"{Tokens}", .. arguments, "abc"]);
        Assert.True(Math.Abs(need - peak) <= 0.15 * peak, FormattableString.Invariant($"{ByteSize.Show(need)} are told, {ByteSize.Show(peak)} were taken"));
    }

    /// <summary>The most that a run had in memory at once.</summary>
    private static async Task<long> PeakAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process.Id));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await output;
        Assert.True(process.ExitCode == 0, await error);
        return peak;
    }

    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // It has just ended.
        }
    }
}
