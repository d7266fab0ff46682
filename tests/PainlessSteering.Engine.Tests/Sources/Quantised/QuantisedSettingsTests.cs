using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources.Quantised;

/// <summary>What configurations say of quantised weights, in whatever file, is used, known not to matter, or refused by name.</summary>
public sealed class QuantisedSettingsTests
{
    public static TheoryData<string> WithSections => [.. QuantisedGoldenTests.Folders.Select(row => row.Data).Where(name => name != "fp8-mistral-native")]; // Its settings are in params.json.

    [Theory]
    [MemberData(nameof(WithSections))]
    public void AKeyThatNobodyKnowsIsRefused(string golden)
    {
        using var folder = new QuantisedFolder(golden).Quantisation(settings => settings["rotated"] = 1);
        using var source = ModelSource.Open(folder.Path);
        Assert.Contains("key 'quantization_config.rotated' is not understood", Assert.Throws<PasException>(() => source.Config).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fp8-block-moe", """{"fmt": "e5m2"}""", "key 'fmt'", "expected e4m3; found 'e5m2'")]
    [InlineData("fp8-block-moe", """{"weight_block_size": [32]}""", "key 'weight_block_size'", "found '32'")]
    [InlineData("modelopt-fp8", """{"quant_algo": "W4A8_AWQ"}""", "key 'quant_algo'", "expected FP8, NVFP4; found 'W4A8_AWQ'")]
    [InlineData("modelopt-nvfp4", """{"group_size": 32}""", "key 'group_size'", "expected 16; found '32'")]
    [InlineData("gptq-3bit", """{"bits": 5}""", "key 'bits'", "expected 2, 3, 4, 8; found '5'")]
    [InlineData("gptq-3bit", """{"group_size": 0}""", "key 'group_size'", "found '0'")]
    [InlineData("gptq-3bit", """{"is_marlin_format": true}""", "key 'is_marlin_format'", "found 'true'")]
    [InlineData("gptq-3bit", """{"pack_dtype": "int16"}""", "key 'pack_dtype'", "found 'int16'")]
    [InlineData("awq-4bit-g32", """{"bits": 8}""", "key 'bits'", "expected 4; found '8'")]
    [InlineData("awq-4bit-g32", """{"zero_point": false}""", "key 'zero_point'", "expected true; found 'false'")]
    [InlineData("auto-round-gptq", """{"packing_format": "auto_round:llm_compressor"}""", "key 'packing_format'", "found 'auto_round:llm_compressor'")]
    [InlineData("auto-round-gptq", """{"data_type": "mx_fp"}""", "key 'data_type'", "found 'mx_fp'")]
    [InlineData("bnb-int8", """{"llm_int8_has_fp16_weight": true}""", "key 'llm_int8_has_fp16_weight'", "found 'true'")]
    [InlineData("ct-nvfp4", """{"format": "sparse-bitmask"}""", "key 'format'", "found 'sparse-bitmask'")]
    [InlineData("ct-nvfp4", """{"transform_config": {"config_groups": {"R1": {}}}}""", "key 'quantization_config.transform_config'", "is not understood")]
    public void AFormThatIsNotSupportedIsRefused(string golden, string change, params string[] told)
    {
        using var folder = new QuantisedFolder(golden).Quantisation(settings => Change(settings, change));
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder.Path));
        Assert.Equal(ErrorCodes.NotSupported, error.Code);
        Assert.All(told, words => Assert.Contains(words, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Bits and groups that the tensors do not have.</summary>
    [Theory]
    [InlineData("gptq-3bit", """{"bits": 4}""")]
    [InlineData("gptq-3bit", """{"group_size": 64}""")]
    [InlineData("awq-4bit-g32", """{"group_size": 64}""")]
    [InlineData("fp8-block-moe", """{"weight_block_size": [64, 64]}""")]
    [InlineData("fp8-block-moe", """{"weight_block_size": null}""")]
    public void ANumberThatTheTensorsContradictIsRefused(string golden, string change)
    {
        using var folder = new QuantisedFolder(golden).Quantisation(settings => Change(settings, change));
        Assert.Contains("the tensor's shape does not go with those of the weight's other tensors", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Modules with other bits, for which the tensors speak.</summary>
    [Fact]
    public void ModulesMayVary()
    {
        const string Varied = """{"bits": 4, "dynamic": {"+:.*layers.*": {"bits": 3, "group_size": 32}, "-:.*lm_head": {}}}""";
        using var folder = new QuantisedFolder("gptq-3bit").Quantisation(settings => Change(settings, Varied));
        AssertSameWeights("gptq-3bit", folder.Path);
    }

    [Fact]
    public void AutoRoundInAwqsLayout()
    {
        using var folder = new QuantisedFolder("awq-4bit-g32").Quantisation(settings =>
        {
            settings.Clear();
            Change(settings, """{"quant_method": "auto-round", "bits": 4, "group_size": 32, "sym": true, "data_type": "int", "packing_format": "auto_round:auto_awq"}""");
        });
        AssertSameWeights("awq-4bit-g32", folder.Path);
    }

    [Fact]
    public void BitsAndBytesBeforeTheKeyOfTheMethod()
    {
        using var folder = new QuantisedFolder("bnb-int8").Quantisation(settings => settings.Remove("quant_method"));
        AssertSameWeights("bnb-int8", folder.Path);
    }

    /// <summary>The files of tools older than the section of config.json.</summary>
    [Theory]
    [InlineData("gptq-4bit-desc-act", "quantize_config.json", """{"bits": 4, "group_size": 32, "damp_percent": 0.01, "desc_act": true, "static_groups": false, "sym": true, "true_sequential": true, "model_name_or_path": "x", "model_file_base_name": "model"}""")]
    [InlineData("awq-4bit-g32", "quant_config.json", """{"zero_point": true, "q_group_size": 32, "w_bit": 4, "version": "GEMM", "modules_to_not_convert": null}""")]
    [InlineData("modelopt-nvfp4", "hf_quant_config.json", """{"producer": {"name": "modelopt", "version": "0.47.0"}, "quantization": {"quant_algo": "NVFP4", "kv_cache_quant_algo": "FP8", "group_size": 16, "exclude_modules": ["lm_head"]}}""")]
    public void AFileBesideTheConfiguration(string golden, string file, string text)
    {
        using var folder = new QuantisedFolder(golden);
        File.WriteAllText(folder.FileOf(file), text);
        AssertSameWeights(golden, folder.Path); // Both say the same.
        var config = JsonNode.Parse(File.ReadAllText(folder.FileOf("config.json")))!.AsObject();
        config.Remove("quantization_config");
        File.WriteAllText(folder.FileOf("config.json"), config.ToJsonString());
        AssertSameWeights(golden, folder.Path);
        File.WriteAllText(folder.FileOf(file), text.Insert(1, "\"rotated\": 1, "));
        Assert.Contains($"{file}: key 'rotated' is not understood", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatDisagreeAreRefused()
    {
        using var folder = new QuantisedFolder("gptq-4bit-desc-act");
        File.WriteAllText(folder.FileOf("quantize_config.json"), """{"bits": 4, "group_size": 32, "desc_act": true, "checkpoint_format": "gptq_v2"}""");
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message;
        Assert.Contains("two files say different things of how the weights are quantised", error, StringComparison.Ordinal);
        Assert.Contains("expected gptq (4 bits; groups of 32; zero points + 1), as", error, StringComparison.Ordinal);
    }

    private static void Change(JsonObject settings, string change)
    {
        foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
        {
            settings[key] = value?.DeepClone();
        }
    }

    private static void AssertSameWeights(string golden, string folder)
    {
        using var scope = NewDisposeScope();
        using var expected = CausalLM.Load(Shared.PathOf("golden", "weights", golden));
        using var model = CausalLM.Load(folder);
        Assert.Equal(expected.Weights.Keys.Order(), model.Weights.Keys.Order());
        Assert.All(expected.Weights, weight => Assert.True(weight.Value.Equals(model.Weights[weight.Key])));
    }
}
