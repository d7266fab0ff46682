using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Cli;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>What <c>pas sft</c> writes and says.</summary>
public sealed class SftCommandTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task TheReportIsThatOfTheAdapterAsItIsUsed()
    {
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--json", "--target", "q_proj,up_proj", "--layers", "0,2", "--alpha", "4");
        Assert.Equal(0, run.Code);
        var report = run.Json;
        Assert.Equal(4, report["modules"]!.GetValue<int>());
        Assert.Equal(2 * 2 * ((24 + 32) + (24 + 40)), report["trained_parameters"]!.GetValue<long>());
        Assert.Equal(18, report["steps"]!.GetValue<int>());
        Assert.Equal([24, 8, 8], report["sizes"]!.AsArray().Select(size => size!.GetValue<int>()));
        var losses = report["epochs"]!.AsArray().Select(epoch => epoch!["val_loss"]!.GetValue<double>()).ToArray();
        Assert.Equal(Array.IndexOf(losses, losses.Min()), report["best_epoch"]!.GetValue<int>());
        Assert.InRange(report["losses"]!.AsArray().TakeLast(6).Average(loss => loss!.GetValue<double>()), 0, report["losses"]!.AsArray().Take(6).Average(loss => loss!.GetValue<double>()));
        Assert.True(report["cost"]!["peak_memory_bytes"]!.GetValue<long>() > 1_000_000);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(_tiny.File("lora"), "adapter_config.json")))!;
        Assert.Equal(("LORA", 2, 4.0), (config["peft_type"]!.GetValue<string>(), config["r"]!.GetValue<int>(), config["lora_alpha"]!.GetValue<double>()));
        Assert.Equal([0, 2], config["layers_to_transform"]!.AsArray().Select(layer => layer!.GetValue<int>()));

        // A fit on the adapter begins where the training ended: the same items, order of choices and weights.
        var adapted = await _tiny.FitAsync("--json", "--adapter", _tiny.File("lora"));
        Assert.Equal(0, adapted.Code);
        Assert.Equal(report["test"]!["after"]!.GetValue<double>(), adapted.Json["sites"]![0]!["baseline_test_accuracy"]!.GetValue<double>());
        Assert.Equal(report["adapted_fingerprint"]!.GetValue<string>(), adapted.Json["model_fingerprint"]!.GetValue<string>());
        var plain = await _tiny.FitAsync("--json");
        Assert.Equal(report["test"]!["before"]!.GetValue<double>(), plain.Json["sites"]![0]!["baseline_test_accuracy"]!.GetValue<double>());
    }

    [Fact]
    public async Task ATableForPeople()
    {
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--epochs", "1");
        Assert.Equal(0, run.Code);
        Assert.Contains("24 training, 8 validation and 8 test examples", run.Output, StringComparison.Ordinal);
        Assert.Contains("exact McNemar p", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains($"adapter: {_tiny.File("lora")}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchOfMoreThanAllIsOneOfAll()
    {
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--json", "--epochs", "2", "--batch", "2147483647", "--accumulate", "2147483647");
        Assert.Equal(0, run.Code);
        Assert.Equal(2, run.Json["steps"]!.GetValue<int>());
    }

    [Fact]
    public async Task ResponsesAreLearned()
    {
        File.WriteAllLines(_tiny.File("rows.jsonl"), Enumerable.Range(0, 20).Select(i => $$"""{"prompt": "say {{TinyFolder.Word(i)}}:", "response": " fire and ice"}"""));
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--responses", "--data", _tiny.File("rows.jsonl"), "--json", "--lr", "0.02", "--rank", "4", "--epochs", "8");
        Assert.Equal(0, run.Code);
        Assert.Null(run.Json["test"]);
        Assert.InRange(run.Json["test_loss_after"]!.GetValue<double>(), 0, 0.7 * run.Json["test_loss_before"]!.GetValue<double>());

        // As a generation sees it: after the prompt, the whole response, letter by letter, and the end.
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var model = CausalLM.Load(_tiny.Model, new LoadOptions { Adapter = _tiny.File("lora") });
        using var plain = CausalLM.Load(_tiny.Model);
        var tokens = PainlessSteering.Text.Tokenizer.Load(_tiny.Model).Encode("say aa: fire and ice");
        double Loss(CausalLM of) => Enumerable.Range(8, tokens.Length - 8).Average(end =>
            -of.Logits(of.Forward(PackedBatch.Pack([tokens[..end]]))).view(-1).log_softmax(0)[tokens[end]].item<float>());
        Assert.True(Loss(model) < 0.7 * Loss(plain));
    }

    [Theory]
    [InlineData("--rank", "0", "--rank", "1 to 1024")]
    [InlineData("--lr", "0", "--lr", "above 0")]
    [InlineData("--dropout", "1", "--dropout", "below 1")]
    [InlineData("--layers", "7", "--layers", "0 to 2")]
    [InlineData("--target", "q_porj", "'q_porj'", "did you mean 'q_proj'?")]
    [InlineData("--data", "none.csv", "none.csv", "")]
    public async Task BadOptions(string option, string value, params string[] words)
    {
        var error = await Refused(option, value);
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnAdapterUnderAnAdapter()
    {
        await TinyTraining.RunAsync(_tiny, "lora", "--epochs", "1");
        Assert.Contains("merge the adapter first", await Refused("--adapter", _tiny.File("lora")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderWithOtherFiles() =>
        Assert.Contains("holds other files", await _tiny.RefusedAsync(TinyTraining.Arguments(_tiny, ".", [])), StringComparison.Ordinal);

    [Fact]
    public async Task ADivergedTrainingStopsAndKeepsTheLastGoodCheckpoint()
    {
        var run = await TinyTraining.RunAsync(_tiny, "lora", "--lr", "1000", "--warmup", "0");
        Assert.Equal(1, run.Code);
        Assert.Contains("the training diverged", run.LastError, StringComparison.Ordinal);
        Assert.Contains("--lr 1e+2", run.LastError, StringComparison.Ordinal);
        var state = Path.Combine(_tiny.File("lora"), "checkpoint.safetensors");
        Assert.Contains($"is kept in {state}", run.LastError, StringComparison.Ordinal);
        using (var file = SafeTensors.Open(state))
        {
            Assert.All(file.Tensors.Keys, name => Assert.Null(TensorBytes.FirstNonFinite(file.Load(name))));
        }

        Assert.Contains("--resume", (await TinyTraining.RunAsync(_tiny, "lora")).LastError, StringComparison.Ordinal);
        var resumed = await TinyTraining.RunAsync(_tiny, "lora", "--resume", "--warmup", "0", "--lr", "0.01");
        Assert.Equal(0, resumed.Code);
    }

    private async Task<string> Refused(string option, string value)
    {
        var run = await TinyTraining.RunAsync(_tiny, "new", option, value);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.False(File.Exists(Path.Combine(_tiny.File("new"), "adapter_config.json")));
        return run.LastError;
    }
}
