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
    [InlineData("peft_type", "\"PREFIX_TUNING\"", "expected LORA", "merge_and_unload", "'PREFIX_TUNING'")]
    [InlineData("peft_type", "\"IA3\"", "key 'bias' is not understood")]
    [InlineData("use_dora", "true", "layers.0.self_attn.q_proj.lora_magnitude_vector", "is missing")]
    [InlineData("lora_bias", "true", "layers.0.self_attn.q_proj.lora_B.bias", "is missing")]
    [InlineData("fan_in_fan_out", "true", "fan_in_fan_out")]
    [InlineData("bias", "\"some\"", "key 'bias'", "expected none, all or lora_only")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "lm_head.weight", "is missing")]
    [InlineData("modules_to_save", "[\"norm\"]", "norm.weight", "is missing")]
    [InlineData("trainable_token_indices", "[1, 2]", "embed_tokens.token_adapter.trainable_tokens_delta", "is missing")]
    [InlineData("trainable_token_indices", "{\"wte\": [1]}", "wte.token_adapter.trainable_tokens_delta", "is missing")]
    [InlineData("target_parameters", "[\"mlp.router.weight\"]", "target_parameters", "'mlp.router.weight'", "experts")]
    [InlineData("layer_replication", "[[0, 2], [1, 3]]", "layer_replication")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"", "init_lora_weights", "'pissa_niter_16'")]
    [InlineData("init_lora_weights", "\"corda\"", "init_lora_weights", "'corda'", "convert the adapter to plain LoRA")]
    [InlineData("init_lora_weights", "\"something new\"", "init_lora_weights", "'something new'")]
    [InlineData("alora_invocation_tokens", "[40, 41]", "alora_invocation_tokens", "aLoRA")]
    [InlineData("kasa_config", "{\"a\": 1}", "lora_diag", "is missing")]
    [InlineData("use_bdlora", "true", "use_bdlora")]
    [InlineData("use_qalora", "true", "use_qalora")]
    [InlineData("velora_config", "{\"a\": 1}", "velora_config")]
    [InlineData("monteclora_config", "{\"a\": 1}", "monteclora_config")]
    [InlineData("arrow_config", "{\"a\": 1}", "arrow_config")]
    [InlineData("future_option", "true", "key 'future_option' is not understood, and may change what the adapter does")]
    [InlineData("future_options", "{\"a\": 1}", "key 'future_options' is not understood")]
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
        Refused("lora_magnitude_vector", "a tensor of a kind that is not supported, or that its configuration does not ask for");
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
