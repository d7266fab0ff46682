using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Tests.Vectors.Hostile;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Vectors.Formats;

/// <summary>A key that a reader of vectors does not know never vanishes: the file is refused by its name, or the key is told as not used.</summary>
public sealed class UnknownKeyTests : IDisposable
{
    private static readonly string[] Known = [.. VectorKeys.Settings.Keys, .. VectorKeys.Vectors, VectorKeys.Bias, "mlp", "self_attn", "note", "seed", "model", "dtype"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => HostileCase.Seeds(40);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void NoKeyVanishes(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var key = Key(random);
            string text = key[..1] == "n" ? "5" : "x";
            Pt(key, new object?[] { true, 5, 0.25, text, new[] { 1f, 2f }, new object?[] { "a", 3 }, new Dictionary<object, object?> { ["b"] = new[] { 1f, 2f } } }[random.Next(7)]);
            Plain(key, text);
            PlainTensor(key);
            ControlVector("controlvector." + key, random.Next(2) == 0 ? text : 7);
            ControlVector((random.Next(2) == 0 ? "general." : "llama.") + key, text);
            Own(key, text);
        }
    }

    /// <summary>Keys that describe, and are told as not used.</summary>
    [Theory]
    [InlineData("note")]
    [InlineData("model_name")]
    [InlineData("seed")]
    [InlineData("dtype")]
    public void ADescriptionIsToldAsNotUsed(string key)
    {
        Assert.True(Pt(key, "x"));
        Assert.True(Plain(key, "x"));
        Assert.True(ControlVector("controlvector." + key, "x"));
        Assert.False(Own(key, "x"));
    }

    /// <summary>A setting is never passed over because it cannot be read.</summary>
    [Theory]
    [InlineData("layer", "first")]
    [InlineData("layer", 1.5)]
    [InlineData("layer", true)]
    [InlineData("site", "elsewhere")]
    [InlineData("layer_type", "input_layernorm")]
    [InlineData("strength", "much")]
    [InlineData("strength", "1,5")]
    [InlineData("strength", double.NaN)]
    [InlineData("action", "multiply")]
    [InlineData("positions", "some")]
    [InlineData("hookpoint", "embed_tokens")]
    [InlineData("hookpoint", "layers.3.mlp.down_proj")]
    public void ASettingIsUsedOrRefused(string key, object value)
    {
        Assert.Contains($"key '{key}'", Refused(_folder.Write("v.pt", PickleBytes.File(new Dictionary<object, object?> { ["vector"] = new[] { 1f, 2f }, [key] = value }))), StringComparison.Ordinal);
        if (value is string text)
        {
            Assert.Contains($"key '{key}'", Refused(PlainFile(key, text, "vector")), StringComparison.Ordinal);
            Assert.Contains($".{key}'", Refused(ControlVectorFile("controlvector." + key, text)), StringComparison.Ordinal);
        }
    }

    /// <returns>Whether the file could be read.</returns>
    private bool Pt(string key, object? value) => Accounted(key, _folder.Write("v.pt", PickleBytes.File(new Dictionary<object, object?> { ["layer_1"] = new[] { 1f, 2f }, [key] = value })));

    private bool Plain(string key, string value) => Accounted(key, PlainFile(key, value, "layer.1"));

    private bool ControlVector(string key, object value) => Accounted(key, ControlVectorFile(key, value));

    private void PlainTensor(string name)
    {
        using var values = ones(2);
        SafeTensorsWriter.Write(_folder.File("v.safetensors"), new Dictionary<string, Tensor> { ["layer.1"] = values, [name] = values }, new Dictionary<string, string>());
        Assert.Contains($"'{name}'", Refused(_folder.File("v.safetensors")), StringComparison.Ordinal);
    }

    /// <summary>This program's own format has no key but its own.</summary>
    private bool Own(string key, string value)
    {
        var path = _folder.File("own.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector([1f, 2f], SteeringSite.Mlp, 1, 2, provenance: new("m", "sha256:a", "x", "sound", 0, "d", "sha256:b", 0, 0, 0)));
        Dictionary<string, string> metadata;
        using (var file = SafeTensors.Open(path))
        {
            metadata = file.Metadata.ToDictionary();
        }

        if (metadata.TryAdd(key, value))
        {
            using var values = ones(2);
            SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { ["vector"] = values }, metadata);
            Assert.Contains($"key '{key}'", Assert.Throws<PasException>(() => SafetensorsFormat.Read(path)).Message, StringComparison.Ordinal);
        }

        return false;
    }

    private string PlainFile(string key, string value, string tensor)
    {
        using var values = ones(2);
        SafeTensorsWriter.Write(_folder.File("v.safetensors"), new Dictionary<string, Tensor> { [tensor] = values }, new Dictionary<string, string> { [key] = value });
        return _folder.File("v.safetensors");
    }

    private string ControlVectorFile(string key, object value)
    {
        GgufWriter.Write(_folder.File("v.gguf"), [("general.architecture", "controlvector"), (key, value)], [("direction.1", [1f, 2f])]);
        return _folder.File("v.gguf");
    }

    /// <summary>Headers of all lengths: one of 128 characters looks like the beginning of a pickle.</summary>
    [Fact]
    public void ALengthIsNotTakenForAPickle()
    {
        for (var more = 0; more < 300; more++)
        {
            using var file = SteeringImport.Open(PlainFile("note", new string('x', more), "layer.1"));
            Assert.Equal(PlainSafetensorsFormat.Name, file.Format);
        }
    }

    private static bool Accounted(string key, string path)
    {
        try
        {
            using var file = SteeringImport.Open(path);
            Assert.Contains(file.Unused, unused => unused.Name.EndsWith($"key '{key}'", StringComparison.Ordinal) && unused.Reason.Length > 0);
            return true;
        }
        catch (PasException error)
        {
            Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static string Refused(string path) => Assert.Throws<PasException>(() => SteeringImport.Open(path).Dispose()).Message;

    /// <summary>Letters, or a known key with one more.</summary>
    private static string Key(Random random)
    {
        string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26))));
        string key;
        do
        {
            key = random.Next(3) == 0 ? Known[random.Next(Known.Length)] + Letters(1) : random.Next(3) == 0 ? $"{Letters(3)}_{Letters(4)}" : Letters(random.Next(2, 9));
        }
        while (Known.Contains(key) || VectorKeys.WhyIrrelevant(key) is not null || PlaceName.Parse(key) is not null);
        return key;
    }
}
