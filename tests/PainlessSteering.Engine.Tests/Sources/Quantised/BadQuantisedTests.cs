using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

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

    /// <summary>Codes that are one number, and no rows and columns.</summary>
    [Theory]
    [InlineData("ct-fp8-block", "weight")]
    [InlineData("fp8-block-moe", "weight")]
    [InlineData("fbgemm-fp8", "mlp.gate_proj.weight")]
    [InlineData("modelopt-fp8", "weight")]
    [InlineData("modelopt-nvfp4", "weight")]
    [InlineData("ct-mxfp4", "weight_packed")]
    [InlineData("ct-int4-actorder-asym", "weight_packed")]
    [InlineData("gptq-4bit-desc-act", "qweight")]
    [InlineData("awq-4bit-g32", "qweight")]
    [InlineData("bnb-int8", "weight")]
    [InlineData("bnb-nf4-nested", "weight")]
    [InlineData("torchao-int4", "_weight_qdata")]
    public void CodesWithoutRows(string golden, string part)
    {
        var name = part.StartsWith("mlp.", StringComparison.Ordinal) ? "model.layers.0." + part : Query + part;
        foreach (long[] shape in new long[][] { [], [0], [1, 0], [0, 1] })
        {
            using var folder = new QuantisedFolder(golden).Tensors(tensors => tensors[name] = tensors[name] with { Shape = shape, Bytes = shape.Length > 0 ? [] : new byte[tensors[name].Type == "I32" ? 4 : 1] });
            Assert.Throws<PasException>(() => CausalLM.Load(folder.Path));
        }
    }

    [Theory]
    [InlineData("[2147483647, 2147483647, 2147483647]")]
    [InlineData("[128]")]
    [InlineData("[-128, -128]")]
    [InlineData("\"128 x 128\"")]
    public void AStateWithAnotherShape(string shape)
    {
        const string State = Query + "weight.quant_state.bitsandbytes__nf4";
        using var folder = new QuantisedFolder("bnb-nf4-nested").Tensors(tensors =>
        {
            var text = System.Text.Encoding.UTF8.GetString(tensors[State].Bytes).Replace("[128, 128]", shape, StringComparison.Ordinal);
            tensors[State] = new RawTensor("U8", [text.Length], System.Text.Encoding.UTF8.GetBytes(text));
        });
        Assert.Contains("shape", Assert.Throws<PasException>(() => CausalLM.Load(folder.Path)).Message, StringComparison.Ordinal);
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

    /// <summary>Seeded damage to shapes, types, bytes and names: it is loaded, or refused in one line; nothing else happens.</summary>
    [Theory]
    [MemberData(nameof(QuantisedGoldenTests.Folders), MemberType = typeof(QuantisedGoldenTests))]
    public void WhateverIsDamaged(string golden)
    {
        const int Cases = 20;
        if (golden is "fp8-mistral-native" or "fp8-block-sharded")
        {
            return; // Their files have other names; their tensors are as those of others.
        }

        var random = new Random(golden.Length);
        string[] types = ["F32", "BF16", "F16", "I64", "I32", "I16", "I8", "U8", "F8_E4M3", "F8_E8M0", "F8_E5M2", "BOOL"];
        for (var number = 0; number < Cases; number++)
        {
            using var folder = new QuantisedFolder(golden).Tensors(tensors =>
            {
                var name = random.GetItems([.. tensors.Keys.Where(name => name.Contains("proj", StringComparison.Ordinal)).Order()], 1)[0];
                var tensor = tensors[name];
                var bytes = tensor.Bytes.Length;
                tensors[name] = random.Next(6) switch
                {
                    0 => tensor with { Shape = [.. tensor.Shape.Reverse()] },
                    1 => tensor with { Shape = [.. tensor.Shape, 1] },
                    2 => tensor with { Shape = [tensor.Shape.Aggregate(1L, (product, size) => product * size)] },
                    3 => new RawTensor("U8", [bytes], tensor.Bytes),
                    4 => new RawTensor(random.GetItems(types, 1)[0], [1, bytes / 8, 1], tensor.Bytes),
                    _ => tensor with { Bytes = [.. Enumerable.Range(0, bytes).Select(_ => (byte)random.Next(256))] },
                };
                var size = tensors[name].Type switch { "I64" => 8, "F32" or "I32" => 4, "BF16" or "F16" or "I16" => 2, _ => 1 };
                tensors[name] = tensors[name] with { Bytes = [.. tensors[name].Bytes.Take((int)tensors[name].Shape.Aggregate((long)size, (product, dimension) => product * dimension))] };
            });
            try
            {
                using var source = ModelSource.Open(folder.Path);
                using var scope = NewDisposeScope();
                foreach (var name in source.Weights.Names)
                {
                    source.Weights.Load(name, source.Weights.ShapeOf(name), ScalarType.Float32, CPU);
                }
            }
            catch (PasException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }
}
