using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

public sealed class CheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWeightOfTheRightTypeIsNotCopied()
    {
        WriteModel(tensor(new float[] { 1, 2, 3, 4 }).reshape(2, 2));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        using var first = checkpoint.Load("w", [2, 2], ScalarType.Float32, CPU);
        using var second = checkpoint.Load("w", [2, 2], ScalarType.Float32, CPU);
        Assert.True(Unsafe.AreSame(ref MemoryMarshal.GetReference(first.bytes), ref MemoryMarshal.GetReference(second.bytes)));
        Assert.Equal([1f, 2f, 3f, 4f], first.data<float>().ToArray());
        Assert.True(checkpoint.Has("w"));
        Assert.False(checkpoint.Has("v"));
        Assert.Equal(["w"], checkpoint.Names);
    }

    [Theory]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.Float16, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void OtherTypesAreConverted(ScalarType stored, ScalarType asked)
    {
        WriteModel(tensor(new float[] { 1.5f, -0.25f }).to(stored));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        using var weight = checkpoint.Load("w", [2], asked, CPU);
        Assert.Equal(asked, weight.dtype);
        Assert.Equal([1.5f, -0.25f], weight.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void AMissingTensorIsNamedWithTheNearestOne()
    {
        WriteModel(zeros(2));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        var message = Fails(checkpoint, "ww", 2);
        Assert.StartsWith($"{_folder.File("model.safetensors")}, key 'ww'", message, StringComparison.Ordinal);
        Assert.Contains("config.json", message, StringComparison.Ordinal);

        WriteModel(zeros(2), "model.layers.0.mlp.up_proj.weight");
        using var other = ModelSource.Open(_folder.Path).Weights;
        Assert.Contains("did you mean 'model.layers.0.mlp.up_proj.weight'?", Fails(other, "layers.0.mlp.up_proj.weight", 2), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherShapeIsTold()
    {
        WriteModel(zeros(2, 3));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        Assert.Contains("expected [3, 2]; found [2, 3]", Fails(checkpoint, "w", 3, 2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void AWeightThatIsNotFiniteIsToldWithItsPlace(float bad)
    {
        WriteModel(tensor(new float[] { 0, 1, 2, 3, 4, bad }).reshape(2, 3).to(ScalarType.Float16));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        var message = Fails(checkpoint, "w", 2, 3);
        Assert.Contains("key 'w'", message, StringComparison.Ordinal);
        Assert.Contains("element 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void QuantizedWeightsAreTold()
    {
        WriteModel(ones(2, dtype: ScalarType.Int8));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        Assert.Contains("I8", Fails(checkpoint, "w", 2), StringComparison.Ordinal);
    }

    [Fact]
    public void ShardsAreOneModel()
    {
        using var a = rand(3);
        using var b = rand(2, 2);
        WriteShards(("one.safetensors", "a", a), ("two.safetensors", "b", b));
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        Assert.Equal(["a", "b"], checkpoint.Names.Order());
        using var loaded = checkpoint.Load("b", [2, 2], ScalarType.Float32, CPU);
        Assert.True(loaded.equal(b).all().item<bool>());
    }

    [Theory]
    [InlineData("../one.safetensors")]
    [InlineData("/etc/one.safetensors")]
    [InlineData("..\\\\one.safetensors")]
    [InlineData("C:one.safetensors")]
    [InlineData(".hidden.safetensors")]
    [InlineData("one.bin")]
    [InlineData("")]
    public void AShardOutsideTheFolderIsRefused(string shard)
    {
        _folder.Write(Index, $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        var error = Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path).Weights);
        Assert.Contains("key 'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("plain name", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "weight_map")]
    [InlineData("{}", "weight_map")]
    [InlineData("""{"weight_map":[]}""", "weight_map")]
    [InlineData("""{"weight_map":{}}""", "names no tensors")]
    [InlineData("""{"weight_map":{"a":1}}""", "plain name")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"x.safetensors"}}""", "not valid JSON")]
    [InlineData("""{"weight_map":{"a":"\ud800.safetensors"}}""", "not valid JSON")]
    [InlineData("""{"weight_map":{"a":"absent.safetensors"}}""", "missing")]
    public void AWrongIndexIsTold(string index, string told)
    {
        _folder.Write(Index, index);
        Assert.Contains(told, Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path).Weights).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorThatItsShardLacksIsTold()
    {
        using var a = rand(3);
        WriteShards(("one.safetensors", "a", a));
        _folder.Write(Index, """{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}""");
        Assert.Contains("key 'b'", Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path).Weights).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pth")]
    public void PicklesAreNeverReadAndTheWayOutIsTold(string name)
    {
        _folder.Write(name, "x");
        var error = Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path).Weights);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithoutWeightsOrNoFolderIsTold()
    {
        Assert.Contains("an empty folder", Assert.Throws<PasException>(() => ModelSource.Open(_folder.Path).Weights).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<PasException>(() => ModelSource.Open(_folder.File("none")).Weights).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFingerprintIsTheDocumentedHash()
    {
        WriteModel(tensor(new float[] { 1, 2 }).reshape(1, 2));
        byte[] hashed =
        [
            .. BitConverter.GetBytes(1L), .. "w"u8, .. BitConverter.GetBytes(3L), .. "F32"u8,
            .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2L), .. RawSafeTensors.Floats(1, 2),
        ];
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(hashed))}", Fingerprint());
    }

    [Fact]
    public void TheFingerprintIgnoresShardsAndMetadataAndSeesEveryEdgeOfLargeTensors()
    {
        using var scope = NewDisposeScope();
        var a = rand(5);
        var large = rand(300, 300); // Larger than what is hashed whole.
        WriteShards(("one.safetensors", "a", a), ("two.safetensors", "large", large));
        var sharded = Fingerprint();
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), new Dictionary<string, Tensor> { ["a"] = a, ["large"] = large }, new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Equal(sharded, Fingerprint());

        var seen = new HashSet<string> { sharded };
        foreach (var (row, column) in new[] { (0, 0), (299, 299) })
        {
            var other = large.clone();
            other[row, column] = tensor(2f);
            WriteTwo(a, other);
            Assert.True(seen.Add(Fingerprint()));
        }

        WriteTwo(a.reshape(1, 5), large);
        Assert.True(seen.Add(Fingerprint()));
        WriteTwo(a, large * 1.001f);
        Assert.True(seen.Add(Fingerprint()));
    }

    [Fact]
    public void ARealModelLoads()
    {
        var folder = Shared.PathOf("models", "stories260K");
        using var checkpoint = ModelSource.Open(folder).Weights;
        using var scope = NewDisposeScope();
        var embedding = checkpoint.Load("model.embed_tokens.weight", [512, 64], ScalarType.Float32, CPU);
        var bytes = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        Assert.Equal(bytes.AsSpan(8 + BitConverter.ToInt32(bytes), 512 * 64 * 4), embedding.bytes);
        Assert.Contains("model.layers.4.mlp.down_proj.weight", checkpoint.Names);
    }

    private static string Fails(Checkpoint checkpoint, string name, params long[] shape) =>
        Assert.Throws<PasException>(() => checkpoint.Load(name, shape, ScalarType.Float32, CPU)).Message;

    private string Fingerprint()
    {
        using var checkpoint = ModelSource.Open(_folder.Path).Weights;
        return checkpoint.Fingerprint;
    }

    private void WriteTwo(Tensor a, Tensor large) => SafeTensorsWriter.Write(
        _folder.File("model.safetensors"), new Dictionary<string, Tensor> { ["a"] = a, ["large"] = large }, new Dictionary<string, string>());

    private void WriteModel(Tensor weight, string name = "w")
    {
        using (weight)
        {
            SafeTensorsWriter.Write(_folder.File("model.safetensors"), new Dictionary<string, Tensor> { [name] = weight }, new Dictionary<string, string>());
        }
    }

    private void WriteShards(params (string File, string Name, Tensor Tensor)[] shards)
    {
        foreach (var shard in shards)
        {
            SafeTensorsWriter.Write(_folder.File(shard.File), new Dictionary<string, Tensor> { [shard.Name] = shard.Tensor }, new Dictionary<string, string>());
        }

        var map = string.Join(',', shards.Select(shard => $"\"{shard.Name}\":\"{shard.File}\""));
        File.WriteAllBytes(_folder.File(Index), Encoding.UTF8.GetBytes($$$"""{"metadata":{"total_size":1},"weight_map":{{{{map}}}}}"""));
    }
}
