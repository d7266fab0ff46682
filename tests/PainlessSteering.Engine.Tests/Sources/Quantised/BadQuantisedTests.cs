using PainlessSteering.Engine;

namespace PainlessSteering.Tests.Engine.Sources.Quantised;

/// <summary>What is wrong with a quantised checkpoint is told in one line: where, what was expected, and what was found.</summary>
public sealed class BadQuantisedTests
{
    private const string Query = "model.layers.0.self_attn.q_proj.";

    /// <summary>A tensor beside the codes that the format cannot do without.</summary>
    [Theory]
    [InlineData("ct-fp8-block", "weight_scale")]
    [InlineData("fp8-block-moe", "weight_scale_inv")]
    [InlineData("fbgemm-fp8", "mlp.gate_proj.weight_scale")]
    [InlineData("modelopt-fp8", "weight_scale")]
    [InlineData("modelopt-nvfp4", "weight_scale")]
    [InlineData("modelopt-nvfp4", "weight_scale_2")]
    [InlineData("ct-nvfp4", "weight_global_scale")]
    [InlineData("ct-mxfp4", "weight_scale")]
    [InlineData("ct-int4-actorder-asym", "weight_scale")]
    [InlineData("ct-int4-actorder-asym", "weight_shape")]
    [InlineData("ct-int4-actorder-asym", "weight_g_idx")]
    [InlineData("ct-int4-actorder-asym", "weight_zero_point")]
    [InlineData("gptq-4bit-desc-act", "scales")]
    [InlineData("gptq-4bit-desc-act", "qzeros")]
    [InlineData("gptq-4bit-desc-act", "g_idx")]
    [InlineData("awq-4bit-g32", "qzeros")]
    [InlineData("awq-4bit-g32", "scales")]
    [InlineData("bnb-int8", "SCB")]
    [InlineData("bnb-nf4-nested", "weight.absmax")]
    [InlineData("bnb-nf4-nested", "weight.quant_map")]
    [InlineData("bnb-nf4-nested", "weight.nested_absmax")]
    [InlineData("bnb-nf4-nested", "weight.nested_quant_map")]
    [InlineData("torchao-int4", "_weight_scale")]
    [InlineData("torchao-int4", "_weight_zero_point")]
    public void APartThatIsMissing(string golden, string part)
    {
        var name = part.StartsWith("mlp.", StringComparison.Ordinal) ? "model.layers.0." + part : Query + part;
        using var folder = new QuantisedFolder(golden).Tensors(tensors => Assert.True(tensors.Remove(name)));
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder.Path));
        Assert.Contains($"a tensor of the quantised weight is missing; expected beside it '{name}'", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.Weights, error.Where, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.FileDamaged, error.Code);
    }

    /// <summary>Half of a part: its first dimension, or its bytes where it is a list.</summary>
    [Theory]
    [InlineData("ct-fp8-block", "weight_scale")]
    [InlineData("fp8-block-moe", "weight_scale_inv")]
    [InlineData("modelopt-nvfp4", "weight_scale")]
    [InlineData("ct-mxfp4", "weight_packed")]
    [InlineData("ct-int4-actorder-asym", "weight_packed")]
    [InlineData("ct-int4-actorder-asym", "weight_zero_point")]
    [InlineData("ct-int4-actorder-asym", "weight_g_idx")]
    [InlineData("ct-int4-actorder-asym", "weight_shape")]
    [InlineData("gptq-4bit-desc-act", "qweight")]
    [InlineData("gptq-4bit-desc-act", "qzeros")]
    [InlineData("gptq-4bit-desc-act", "scales")]
    [InlineData("gptq-4bit-desc-act", "g_idx")]
    [InlineData("awq-4bit-g32", "qweight")]
    [InlineData("awq-4bit-g32", "qzeros")]
    [InlineData("bnb-int8", "SCB")]
    [InlineData("bnb-nf4-nested", "weight")]
    [InlineData("bnb-nf4-nested", "weight.absmax")]
    [InlineData("bnb-nf4-nested", "weight.quant_map")]
    [InlineData("torchao-int4", "_weight_scale")]
    [InlineData("torchao-int4", "_weight_qdata")]
    public void APartOfAnotherShape(string golden, string part)
    {
        using var folder = new QuantisedFolder(golden).Tensors(tensors =>
        {
            var whole = tensors[Query + part];
            tensors[Query + part] = whole with { Shape = [whole.Shape[0] / 2, .. whole.Shape[1..]], Bytes = whole.Bytes[..(whole.Bytes.Length / 2)] };
        });
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder.Path));
        Assert.Contains("shape", error.What, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.FileDamaged, error.Code);
    }

    [Theory]
    [InlineData("ct-fp8-block", "weight_scale")]
    [InlineData("gptq-4bit-desc-act", "qweight")]
    [InlineData("gptq-4bit-desc-act", "scales")]
    [InlineData("gptq-4bit-desc-act", "qzeros")]
    [InlineData("gptq-4bit-desc-act", "g_idx")]
    [InlineData("awq-4bit-g32", "qweight")]
    [InlineData("bnb-int8", "SCB")]
    [InlineData("bnb-nf4-nested", "weight.quant_map")]
    [InlineData("torchao-int4", "_weight_qdata")]
    public void APartOfAnotherType(string golden, string part)
    {
        using var folder = new QuantisedFolder(golden).Tensors(tensors => tensors[Query + part] = new RawTensor("BOOL", [tensors[Query + part].Bytes.Length], tensors[Query + part].Bytes));
        Assert.Contains($"'{Query}{part}': the tensor is of another type than the format has", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void AGroupThatIsNotThere(int group)
    {
        using var folder = new QuantisedFolder("gptq-4bit-desc-act").Tensors(tensors => BitConverter.TryWriteBytes(tensors[Query + "g_idx"].Bytes.AsSpan(20), group));
        Assert.Contains(
            $"'{Query}g_idx': the tensor names a group that the weight does not have; expected 0 to 1; found {group} at element 5", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>The code of FP8 that is no number, in the last row.</summary>
    [Fact]
    public void ACodeThatIsNoNumber()
    {
        using var folder = new QuantisedFolder("modelopt-fp8").Tensors(tensors => tensors[Query + "weight"].Bytes[^1] = 0x7F);
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder.Path));
        Assert.Equal(ErrorCodes.NotFinite, error.Code);
        Assert.Contains($"'{Query}weight': the weight is not finite; expected finite numbers; found NaN or infinity at element {(64 * 64) - 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStateThatIsNoJson()
    {
        const string State = Query + "weight.quant_state.bitsandbytes__nf4";
        using var folder = new QuantisedFolder("bnb-nf4-nested").Tensors(tensors => tensors[State].Bytes[0] = (byte)'[');
        Assert.Contains($"'{State}': the tensor does not say how the weight is quantised", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorThatNoFormatKnows()
    {
        using var folder = new QuantisedFolder("modelopt-fp8").Tensors(tensors => tensors[Query + "pre_quant_scale"] = new RawTensor("F32", [1], [0, 0, 128, 63]));
        Assert.Contains($"'{Query}pre_quant_scale': the model has a weight that its configuration does not ask for", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsCutShort()
    {
        using var folder = new QuantisedFolder("gptq-3bit");
        File.WriteAllBytes(folder.Weights, File.ReadAllBytes(folder.Weights)[..^100]);
        Assert.Contains("reaches past the end of the file", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}
