using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Vectors.Formats;

public sealed class SafetensorsFormatTests : IDisposable
{
    private static readonly SteeringProvenance Provenance = new(
        "Mödel \"7B\"", "sha256:weights", "iPASwo", "sound", -7, "items.csv", "sha256:items", 2400, 800, 799,
        JsonDocument.Parse("""{ "verdict": "helps", "validation_grid": [{"layer": 3, "strength": 0.25, "accuracy": 0.1}], "note": "größer <&>" }""").RootElement);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("residual", TokenRule.Last, 0.1)]
    [InlineData("self_attn", TokenRule.All, -1e-30)]
    [InlineData("post_attention_layernorm", TokenRule.Last, 0)]
    [InlineData("mlp", TokenRule.All, 1e300)]
    public void AVectorComesBackAsItWas(string site, TokenRule rule, double strength)
    {
        float[] values = [1.1f, -2, float.Epsilon, float.MaxValue];
        var path = _folder.File("v.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector(values, SteeringSite.Parse(site), 11, strength, rule, Provenance));
        var read = SafetensorsFormat.Read(path);
        Assert.Equal(values, read.OnlyEdit!.Values);
        Assert.Equal((SteeringSite.Parse(site), 11, strength, rule), (read.OnlyEdit.Site, read.OnlyEdit.Layer, read.Strength, read.TokenRule));
        Assert.Equal(Provenance with { Evaluation = null }, read.Provenance! with { Evaluation = null });
        Assert.True(JsonElement.DeepEquals(Provenance.Evaluation!.Value, read.Provenance.Evaluation!.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EditsComeBackAsTheyWere(bool isConditional)
    {
        SteeringEdit[] edits =
        [
            new(3, SteeringSite.Residual, SteeringOperation.Parse("ablate"), [1.5f, -2]),
            new(0, SteeringSite.Mlp, SteeringOperation.Add, [0, float.Epsilon], -0.1),
            new(3, SteeringSite.Residual, SteeringOperation.Parse("set"), [3, 4], 0.5, 21.1851),
        ];
        var path = _folder.File("v.safetensors");
        var condition = isConditional ? new SteeringCondition([1, 1], SteeringSite.Mlp, 2, 0.25) : null;
        SafetensorsFormat.Write(path, new SteeringVector(edits, 0.3, TokenRule.All, Provenance, condition));
        var bytes = File.ReadAllBytes(path);
        Assert.Contains("\"format_version\":\"3\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var read = SafetensorsFormat.Read(path);
        Assert.Equal((0.3, TokenRule.All, 0.25), (read.Strength, read.TokenRule, read.Condition?.Threshold ?? 0.25));
        Assert.Equal(isConditional, read.Condition is not null);
        Assert.Equal(edits.Select(edit => (edit.Layer, edit.Site, edit.Operation, edit.Strength, edit.Target)), read.Edits.Select(edit => (edit.Layer, edit.Site, edit.Operation, edit.Strength, edit.Target)));
        Assert.All(edits.Zip(read.Edits), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
        SafetensorsFormat.Write(path, read);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("{}", "a JSON list")]
    [InlineData("[]", "F32 [0, 2]")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"add","strength":1},{"layer":1,"site":"mlp","operation":"add","strength":1}]""", "F32 [2, 2]")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"add"}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"add","strength":1,"scale":2}]""", "for each edit")]
    [InlineData("""[{"layer":-1,"site":"mlp","operation":"add","strength":1}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"post_attn","operation":"add","strength":1}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"multiply","strength":1}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"set","strength":1}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"add","strength":1,"target":1}]""", "for each edit")]
    [InlineData("""[{"layer":1,"site":"mlp","operation":"add","strength":"1"}]""", "for each edit")]
    [InlineData("[3]", "for each edit")]
    public void AListOfEditsThatIsWrongIsTold(string edits, string told)
    {
        var metadata = GoodMetadata();
        metadata["format_version"] = "3";
        metadata["edits"] = edits;
        var path = _folder.Write("v.safetensors", RawSafeTensors.Bytes(
            $$$"""{"__metadata__":{{{metadata.ToJsonString()}}},"edits":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", RawSafeTensors.Floats(1, 2)));
        var message = Assert.Throws<PasException>(() => SafetensorsFormat.Read(path)).Message;
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnevaluatedVectorNeedsNoEvaluation()
    {
        var path = _folder.File("v.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector([1], SteeringSite.Residual, 0, 1, TokenRule.Last, Provenance with { Evaluation = null }));
        Assert.Null(SafetensorsFormat.Read(path).Provenance!.Evaluation);
    }

    [Fact]
    public void AVectorWithoutProvenanceIsNotSaved()
    {
        var path = _folder.File("v.safetensors");
        Assert.Throws<ArgumentException>(() => SafetensorsFormat.Write(path, new SteeringVector([1], SteeringSite.Residual, 0, 1)));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void TheFileIsExactlyTheseBytesAlsoWhenReadAndWrittenAgain()
    {
        var path = _folder.File("v.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector([1.5f, -2], SteeringSite.Mlp, 3, 0.25, TokenRule.Last, Provenance));
        var header = """{"__metadata__":{"data":"items.csv","data_fingerprint":"sha256:items","evaluation":"{\"verdict\":\"helps\",\"validation_grid\":[{\"layer\":3,\"strength\":0.25,\"accuracy\":0.1}],\"note\":\"größer <&>\"}","format":"painless-steering-vector","format_version":"1","hidden_size":"2","layer":"3","method":"iPASwo","model":"Mödel \"7B\"","protocol":"sound","seed":"-7","site":"mlp","strength":"0.25","test_size":"799","token_rule":"last","train_size":"2400","validation_size":"800","weights_fingerprint":"sha256:weights"},"vector":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        var padding = new string(' ', (8 - (Encoding.UTF8.GetByteCount(header) % 8)) % 8);
        var expected = RawSafeTensors.Bytes(header + padding, RawSafeTensors.Floats(1.5f, -2));
        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(File.ReadAllBytes(path)));
        Assert.Equal(expected, File.ReadAllBytes(path));

        var again = _folder.File("again.safetensors");
        SafetensorsFormat.Write(again, SafetensorsFormat.Read(path));
        Assert.Equal(expected, File.ReadAllBytes(again));
    }

    [Theory]
    [InlineData("format", null, "not a steering vector")]
    [InlineData("format", "pt", "found 'pt'")]
    [InlineData("format_version", "4", "expected 1, 2 or 3; found '4'; update")]
    [InlineData("hidden_size", "3", "expected F32 [3]")]
    [InlineData("hidden_size", "-2", "a whole number from 0")]
    [InlineData("site", "attention", "residual, self_attn")]
    [InlineData("layer", "-1", "a whole number from 0")]
    [InlineData("layer", "1.0", "a whole number from 0")]
    [InlineData("layer", "99999999999", "a whole number from 0")]
    [InlineData("strength", "NaN", "a finite number")]
    [InlineData("strength", "1e999", "a finite number")]
    [InlineData("strength", "0,5", "a finite number")]
    [InlineData("token_rule", "first", "last, all")]
    [InlineData("seed", "x", "a whole number")]
    [InlineData("evaluation", "{", "not valid JSON")]
    [InlineData("evaluation", "[]", "a JSON object")]
    [InlineData("evaluation", "{\"a\":1,\"a\":2}", "not valid JSON")]
    [InlineData("evaluation", "{\"a\":\"\\ud800\"}", "not valid JSON")]
    [InlineData("evaluation", "{\"\\ud800\":1}", "not valid JSON")]
    public void WrongMetadataIsToldWithFileAndKey(string key, string? value, string told)
    {
        var metadata = GoodMetadata();
        metadata[key] = value;
        if (value is null)
        {
            metadata.Remove(key);
        }

        var message = FailsToRead(metadata, """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", RawSafeTensors.Floats(1, 2));
        Assert.Contains(told, message, StringComparison.Ordinal);
        Assert.True(key is "format" or "hidden_size" || message.Contains($"key '{key}'", StringComparison.Ordinal), message);
    }

    [Fact]
    public void EveryKeyButTheEvaluationIsNeeded()
    {
        foreach (var key in GoodMetadata().Select(entry => entry.Key).Where(key => key is not ("evaluation" or "format")).ToArray())
        {
            var metadata = GoodMetadata();
            metadata.Remove(key);
            var message = FailsToRead(metadata, """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", RawSafeTensors.Floats(1, 2));
            Assert.Contains($"key '{key}': the key is missing", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"dtype":"I64","shape":[1],"data_offsets":[0,8]}""", "found I64 [1]")]
    [InlineData("""{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}""", "found F32 [1, 2]")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"other":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}""", "found 2 tensors")]
    public void OtherTensorsAreTold(string tensor, string told) =>
        Assert.Contains(told, FailsToRead(GoodMetadata(), tensor, new byte[8]), StringComparison.Ordinal);

    [Fact]
    public void ValuesThatAreNotFiniteAreTold() =>
        Assert.Contains("element 1", FailsToRead(GoodMetadata(), """{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", RawSafeTensors.Floats(1, float.NaN)), StringComparison.Ordinal);

    [Fact]
    public void EveryTruncationAndMutationOfAFileGivesAVectorOrAnErrorThatNamesIt()
    {
        var path = _folder.File("v.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector([1.5f, -2], SteeringSite.Mlp, 3, 0.25, TokenRule.Last, Provenance));
        var good = File.ReadAllBytes(path);
        var random = new Random(39);
        for (var run = 0; run < 500; run++)
        {
            var bytes = run < 150 ? good[..random.Next(good.Length)] : (byte[])good.Clone();
            if (run >= 150)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var mutated = _folder.Write($"{run}.safetensors", bytes);
            try
            {
                var vector = SafetensorsFormat.Read(mutated);
                Assert.True(run >= 150 && vector.HiddenSize == 2);
            }
            catch (PasException e)
            {
                Assert.StartsWith(mutated, e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static JsonObject GoodMetadata() => new()
    {
        ["format"] = "painless-steering-vector",
        ["format_version"] = "1",
        ["model"] = "tiny",
        ["weights_fingerprint"] = "sha256:weights",
        ["hidden_size"] = "2",
        ["site"] = "residual",
        ["layer"] = "1",
        ["strength"] = "0.5",
        ["token_rule"] = "last",
        ["method"] = "PASf",
        ["protocol"] = "sound",
        ["seed"] = "1",
        ["data"] = "items.csv",
        ["data_fingerprint"] = "sha256:items",
        ["train_size"] = "3",
        ["validation_size"] = "2",
        ["test_size"] = "1",
        ["evaluation"] = "{}",
    };

    private string FailsToRead(JsonObject metadata, string tensor, byte[] data)
    {
        var path = _folder.Write("v.safetensors", RawSafeTensors.Bytes($$"""{"__metadata__":{{metadata.ToJsonString()}},"vector":{{tensor}}}""", data));
        var message = Assert.Throws<PasException>(() => SafetensorsFormat.Read(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        return message;
    }
}
