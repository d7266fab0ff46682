using PainlessSteering.Engine.Conversion;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Conversion;

/// <summary>A GGUF file written in other types, against llama-quantize: the same tensors byte by byte, and the same metadata.</summary>
public sealed class GgufRequantisationTests
{
    [Theory]
    [InlineData("Q8_0")]
    [InlineData("Q4_0")]
    [InlineData("BF16")]
    [InlineData("F16")]
    [InlineData("F32")]
    public void AFileIsThatOfLlamaQuantize(string type)
    {
        using var temp = new TempFolder();
        Convert(Shared.PathOf("gguf", "models", "F32.gguf"), temp.File("m.gguf"), type);
        using GgufFiles made = GgufFiles.Open(temp.File("m.gguf")), other = GgufFiles.Open(Shared.PathOf("gguf", "models", type + ".gguf"));
        Assert.Equal(other.Metadata.Keys.Order(StringComparer.Ordinal), made.Metadata.Keys.Order(StringComparer.Ordinal));
        var values = made.Metadata.Entries.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.All(other.Metadata.Entries, entry => Assert.Equal(entry.Value, values[entry.Key]));
        Assert.Equal(other.Tensors.Keys.Order(StringComparer.Ordinal), made.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var tensor in other.Tensors.Values)
        {
            Assert.Equal((tensor.Name, tensor.TypeName), (tensor.Name, made.Tensors[tensor.Name].TypeName));
            byte[] expected = new byte[tensor.Length], found = new byte[tensor.Length];
            other.ReadBytes(tensor, 0, expected);
            made.ReadBytes(made.Tensors[tensor.Name], 0, found);
            Assert.True(expected.AsSpan().SequenceEqual(found), tensor.Name);
        }
    }

    /// <summary>Blocks that are of the right type already are not rounded once more; what is widened holds the same numbers.</summary>
    [Fact]
    public void WhatIsOfTheTypeKeepsItsBytes()
    {
        using var temp = new TempFolder();
        var quantised = Shared.PathOf("gguf", "models", "Q8_0.gguf");
        Convert(quantised, temp.File("same.gguf"), "Q8_0");
        Convert(quantised, temp.File("wide.gguf"), "F32");
        Convert(temp.File("wide.gguf"), temp.File("back.gguf"), "Q8_0");
        using GgufFiles first = GgufFiles.Open(quantised), same = GgufFiles.Open(temp.File("same.gguf")), wide = GgufFiles.Open(temp.File("wide.gguf"));
        foreach (var tensor in first.Tensors.Values)
        {
            byte[] expected = new byte[tensor.Length], found = new byte[tensor.Length];
            first.ReadBytes(tensor, 0, expected);
            same.ReadBytes(same.Tensors[tensor.Name], 0, found);
            Assert.Equal(expected, found);
            using TorchSharp.torch.Tensor numbers = first.Load(tensor), widened = wide.Load(wide.Tensors[tensor.Name]);
            Assert.Equal(0, numbers.sub(widened).count_nonzero().item<long>());
        }

        Assert.Equal(new FileInfo(temp.File("same.gguf")).Length, new FileInfo(temp.File("back.gguf")).Length);
    }

    [Fact]
    public void AFileIsNotWrittenOverItself()
    {
        using var temp = new TempFolder();
        File.Copy(Shared.PathOf("gguf", "models", "Q8_0.gguf"), temp.File("m.gguf"));
        var error = Assert.Throws<PasException>(() => Convert(temp.File("m.gguf"), temp.File("m.gguf"), "Q4_0"));
        Assert.EndsWith("m.gguf: the file would be written over itself; give another name", error.Message, StringComparison.Ordinal);
    }

    private static void Convert(string from, string to, string type)
    {
        using var source = ModelSource.Open(from);
        ModelConversion.ToGguf(source, to, new ConversionOptions { Type = type.ToLowerInvariant() });
    }
}
