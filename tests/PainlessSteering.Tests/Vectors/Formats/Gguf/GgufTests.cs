using System.Text;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Vectors.Formats.Gguf;

/// <summary>The bytes of a control vector as llama.cpp reads them, and files that it would refuse.</summary>
public sealed class GgufTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void AControlVectorHasTheLayoutOfTheFormat()
    {
        var path = _folder.File("v.gguf");
        ControlVectorFormat.Write(path, "llama", [(3, [1.5f, -2f])]);
        Assert.Equal(Expected(), File.ReadAllBytes(path));
    }

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var path = _folder.File("v.gguf");
        GgufWriter.Write(path, [("general.architecture", "controlvector")], [("direction.1", [1f]), ("direction.31", [.. Enumerable.Range(0, 40).Select(i => i / 3f)])]);
        using var file = ControlVectorFormat.Read(path);
        Assert.Equal([("direction.1", 1), ("direction.31", 31)], file.Directions.Select(direction => (direction.Name, direction.Layer!.Value)));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i / 3f), file.Directions[1].Values);
        Assert.All(file.Directions, direction => Assert.Equal(("residual", null, TokenRule.All), (direction.Site!.Name, direction.Strength, direction.TokenRule)));
    }

    [Theory]
    [InlineData("direction.0")]
    [InlineData("direction.x")]
    [InlineData("layer.1")]
    public void ATensorThatNamesNoBlockIsRefused(string name)
    {
        var path = _folder.File("v.gguf");
        GgufWriter.Write(path, [("general.architecture", "controlvector")], [(name, [1f])]);
        Assert.Contains("names no block", Assert.Throws<PasException>(() => ControlVectorFormat.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelIsNoVector()
    {
        var path = _folder.File("v.gguf");
        GgufWriter.Write(path, [("general.architecture", "llama")], [("token_embd.weight", [1f])]);
        Assert.Contains("not a control vector", Assert.Throws<PasException>(() => ControlVectorFormat.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATruncatedFileIsRefused()
    {
        var bytes = Expected();
        for (var length = 0; length < bytes.Length - 24; length++) // The last bytes are padding.
        {
            var path = _folder.Write("cut.gguf", bytes[..length]);
            Assert.Throws<PasException>(() => ControlVectorFormat.Read(path));
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The file by the letter of the specification: header, three entries, one tensor, data at a multiple of 32.</summary>
    private static byte[] Expected()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        void Text(string text)
        {
            writer.Write((ulong)text.Length);
            writer.Write(Encoding.ASCII.GetBytes(text));
        }

        writer.Write(0x46554747u);
        writer.Write(3u);
        writer.Write(1ul);
        writer.Write(3ul);
        Text("general.architecture");
        writer.Write(8u);
        Text("controlvector");
        Text("controlvector.model_hint");
        writer.Write(8u);
        Text("llama");
        Text("controlvector.layer_count");
        writer.Write(5u);
        writer.Write(1);
        Text("direction.3");
        writer.Write(1u);
        writer.Write(2ul);
        writer.Write(0u);
        writer.Write(0ul);
        writer.Write(new byte[(32 - (stream.Position % 32)) % 32]);
        writer.Write(1.5f);
        writer.Write(-2f);
        writer.Write(new byte[24]);
        return stream.ToArray();
    }
}
