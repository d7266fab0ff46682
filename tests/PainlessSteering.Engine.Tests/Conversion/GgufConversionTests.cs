using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Conversion;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Sources.Gguf;
using PainlessSteering.Tests.Models.Verification;

namespace PainlessSteering.Tests.Engine.Conversion;

/// <summary>Golden models written as GGUF files, against what llama.cpp's converter wrote of the same folders.</summary>
public sealed class GgufConversionTests
{
    /// <summary>Keys of the twins that say nothing of what is computed, or say it of layers that draft tokens or of the part that sees.</summary>
    private static readonly string[] Others = ["general.name", "general.size_label", "general.basename", "general.version", "nextn_predict_layers", "block_count", "n_deepstack_layers"];

    /// <summary>What is said to be lost, for those that lose something.</summary>
    private static readonly Dictionary<string, string> Lost = new()
    {
        ["mistral-window"] = "a sliding window",
        ["qwen2-window"] = "a sliding window",
        ["gemma2"] = "query_pre_attn_scalar",
        ["gemma3"] = "query_pre_attn_scalar",
        ["gemma3-nested"] = "query_pre_attn_scalar",
        ["gemma3-text"] = "query_pre_attn_scalar",
    };

    public static TheoryData<string> Twins => [.. GoldenFamilies.Loadable.Where(name => Shared.Find("gguf", "families", name + ".gguf") is not null && Shared.Find("golden", "families", name, "config.json") is not null).DefaultIfEmpty("absent")];

    /// <summary>The tensors are the converter's byte by byte, and every key that it writes says the same.</summary>
    [Theory]
    [MemberData(nameof(Twins))]
    public void AFileIsThatOfTheOtherConverter(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        using var temp = new TempFolder();
        var path = temp.File("m.gguf");
        if (!IsWritten(folder))
        {
            Assert.Contains("are not written to GGUF files; expected LlamaForCausalLM, ", Assert.Throws<PasException>(() => Convert(folder, path)).Message, StringComparison.Ordinal);
            return;
        }

        var result = Convert(folder, path);
        using var made = GgufFiles.Open(path);
        using var twin = GgufFiles.Open(Shared.PathOf("gguf", "families", name + ".gguf"));
        var architecture = made.Metadata.Text("general.architecture")!;
        Assert.Equal(twin.Metadata.Text("general.architecture"), architecture);
        var own = made.Metadata.Entries.ToDictionary(entry => entry.Key, entry => entry.Value);
        foreach (var (key, value) in twin.Metadata.Entries.Where(entry => !entry.Key.StartsWith("tokenizer.", StringComparison.Ordinal) && !Others.Any(entry.Key.EndsWith)))
        {
            if (key != $"{architecture}.rope.scaling.original_context_length" || own.ContainsKey(key)) // The other converter writes it for a scaling that is not asked for.
            {
                Assert.Equal(value, own[key]);
            }
        }

        using var model = ModelSource.Open(path);
        var layers = model.Config.Layers;
        var tensors = twin.Tensors.Values.Where(tensor => !IsOfDrafts(tensor.Name, layers)).ToArray();
        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), made.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var tensor in tensors)
        {
            var written = made.Tensors[tensor.Name];
            Assert.Equal((tensor.Name, tensor.TypeName, string.Join(' ', tensor.Shape)), (written.Name, written.TypeName, string.Join(' ', written.Shape)));
            if (tensor.Name == "rope_freqs.weight")
            {
                Assert.All(twin.ReadFloats(tensor).Zip(made.ReadFloats(written)), pair => Assert.Equal(1, pair.Second / pair.First, 2e-6)); // Computed there in float32.
            }
            else
            {
                Assert.True(Bytes(twin, tensor).AsSpan().SequenceEqual(Bytes(made, written)), tensor.Name);
            }
        }

        var said = result.Notes.Where(note => note.StartsWith("the file cannot say: ", StringComparison.Ordinal));
        Assert.Equal(Lost.ContainsKey(name) ? [true] : [], said.Select(note => note.Contains(Lost[name], StringComparison.Ordinal)));
    }

    /// <summary>The same model gives the same bytes, and who reads the file gets the logits that the folder gives.</summary>
    [Theory]
    [InlineData("llama-rope-llama3")]
    [InlineData("llama-rope-yarn-mscale")]
    [InlineData("qwen3-moe-fused")]
    [InlineData("qwen3-5-moe")]
    public void TheFileComputesWhatTheFolderDoes(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        using var temp = new TempFolder();
        Convert(folder, temp.File("m.gguf"), "f32");
        Convert(folder, temp.File("again.gguf"), "f32");
        Assert.Equal(File.ReadAllBytes(temp.File("m.gguf")), File.ReadAllBytes(temp.File("again.gguf")));
        using CausalLM own = CausalLM.Load(folder), other = CausalLM.Load(temp.File("m.gguf"));
        int[] tokens = [.. Enumerable.Range(3, 40)];
        Assert.InRange(Logits(own, tokens).Zip(Logits(other, tokens), (one, two) => Math.Abs(one - two)).Max(), 0, 1e-4);
    }

    [Fact]
    public void EveryArchitectureIsWrittenToo() => Assert.All(GgufArchitecture.All, architecture => Assert.NotNull(architecture.Writing));

    [Fact]
    public void ANumberThatTheTypeCannotHoldIsRefused()
    {
        using var weight = TorchSharp.torch.full([2, 32], 1e6f);
        foreach (var type in new[] { "F16", "Q8_0", "Q4_0" })
        {
            var error = Assert.Throws<PasException>(() => GgufEncoder.Write(weight, GgufTensorType.Of(type), "m, tensor 'w'", Stream.Null));
            Assert.Equal($"m, tensor 'w': the weight has a number that is too large for {type}; convert to f32", error.Message);
        }
    }

    /// <summary>Whether there is an architecture for the family of a folder.</summary>
    internal static bool IsWritten(string folder)
    {
        using var source = ModelSource.Open(folder);
        return GgufArchitecture.OfFamily(source.Config) is not null;
    }

    private static ConversionResult Convert(string folder, string path, string type = "bf16")
    {
        using var source = ModelSource.Open(folder);
        return ModelConversion.ToGguf(source, path, new ConversionOptions { Type = type });
    }

    private static bool IsOfDrafts(string tensor, int layers) => tensor.Split('.') is ["blk", var number, ..] && int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) >= layers;

    private static byte[] Bytes(GgufFiles file, GgufTensor tensor)
    {
        var bytes = new byte[tensor.Length];
        file.ReadBytes(tensor, 0, bytes);
        return bytes;
    }

    private static float[] Logits(CausalLM model, int[] tokens)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var inference = TorchSharp.torch.inference_mode();
        return model.Logits(model.ForwardAll(PackedBatch.Pack([tokens]), leavesOnly: false)).view(-1).data<float>().ToArray();
    }
}
