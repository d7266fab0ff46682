using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Adapters;

/// <summary>An adapter that cannot be what the user meant is refused with the file, the key and the reason.</summary>
public sealed class BadAdapterTests : IDisposable
{
    private const string FirstA = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    private readonly TinyModelFolder _model = new();
    private readonly TinyAdapter _adapter = new();

    public void Dispose()
    {
        _model.Dispose();
        _adapter.Dispose();
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "expected LORA", "'IA3'")]
    [InlineData("use_dora", "true", "use_dora", "expected false")]
    [InlineData("fan_in_fan_out", "true", "fan_in_fan_out")]
    [InlineData("bias", "\"all\"", "bias", "expected none")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "modules_to_save")]
    [InlineData("layer_replication", "[[0, 2], [1, 3]]", "layer_replication")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"", "init_lora_weights", "'pissa_niter_16'")]
    [InlineData("alora_invocation_tokens", "[40, 41]", "alora_invocation_tokens")]
    [InlineData("kasa_config", "{\"a\": 1}", "kasa_config")]
    [InlineData("r", "0", "key 'r'")]
    [InlineData("r", "3", FirstA, "another rank", "expected [3, inputs]", "found [2, 24]")]
    [InlineData("rank_pattern", "{\"q_proj\": 7}", FirstA, "expected [7, inputs]")]
    [InlineData("rank_pattern", "{\"q_proj\": \"7\"}", "rank_pattern", "q_proj")]
    [InlineData("target_modules", "null", "key 'target_modules' is missing")]
    [InlineData("target_modules", "\"(\"", "not a regular expression")]
    [InlineData("target_modules", "\"(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*!\"", "not a regular expression")]
    [InlineData("target_modules", "[\"q_proj\", \"v_proj\", \"down_proj\"]", "model.layers.0.mlp.down_proj.lora_A.weight", "is missing")]
    public void AConfiguration(string key, string value, params string[] words)
    {
        _adapter.Config[key] = JsonNode.Parse(value);
        Refused(words);
    }

    [Fact]
    public void AFactorIsMissing()
    {
        _adapter.Tensors.Remove(FirstA);
        Refused(_adapter.Weights, FirstA, "is missing");
    }

    [Fact]
    public void ATensorOfAnotherKind()
    {
        _adapter.Tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector"] = ones(32);
        Refused("lora_magnitude_vector", "not a factor of a linear module", "DoRA");
    }

    [Fact]
    public void AModuleThatTheModelDoesNotHave()
    {
        _adapter.Tensors[FirstA.Replace(".0.", ".9.", StringComparison.Ordinal)] = ones(2, 24);
        _adapter.Tensors[FirstA.Replace(".0.", ".9.", StringComparison.Ordinal).Replace("lora_A", "lora_B", StringComparison.Ordinal)] = ones(32, 2);
        Refused("'model.layers.9.self_attn.q_proj', nearest 'model.layers.", "an adapter of this model?", _model.Path);
    }

    [Fact]
    public void AnAdapterOfALargerModel()
    {
        _adapter.Tensors[FirstA] = ones(2, 48);
        Refused(FirstA, "another shape", "expected [32, 24]", "found [32, 48]");
    }

    [Fact]
    public void FactorsThatAreNotFinite()
    {
        _adapter.Tensors[FirstA][0, 1] = float.NaN;
        Refused(FirstA, "not finite", "diverged");
    }

    [Fact]
    public void NoFolder() => Assert.Contains("folder does not exist", Load(_model.File("none")), StringComparison.Ordinal);

    [Fact]
    public void NoConfiguration()
    {
        _adapter.Write();
        File.Delete(Path.Combine(_adapter.Path, "adapter_config.json"));
        Assert.Contains("adapter_config.json: the adapter's configuration is missing", Load(_adapter.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyAPickle()
    {
        _adapter.Write();
        File.Move(_adapter.Weights, Path.Combine(_adapter.Path, "adapter_model.bin"));
        Assert.Contains("pickle, which is never read", Load(_adapter.Path), StringComparison.Ordinal);
    }

    private void Refused(params string[] words)
    {
        _adapter.Write();
        var message = Load(_adapter.Path);
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    private string Load(string adapter) =>
        Assert.Throws<PasException>(() => CausalLM.Load(_model.Path, new LoadOptions { Adapter = adapter })).Message;
}
