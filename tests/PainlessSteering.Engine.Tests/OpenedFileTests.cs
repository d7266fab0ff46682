using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Files that are changed while they are in use: what was opened stays, or the change is told before it is used.</summary>
public sealed class OpenedFileTests : IDisposable
{
    private const int Large = 5_000_000; // Numbers of a file that is mapped.

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("w.safetensors", 8)]
    [InlineData("w.safetensors", Large)]
    [InlineData("w.gguf", 8)]
    [InlineData("w.gguf", Large)]
    public void WhatIsWrittenIntoAFileIsToldOrDoesNotMatter(string name, int count)
    {
        foreach (var change in new Action<string>[] { Cut, Rewrite, path => File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch) })
        {
            using var scope = NewDisposeScope();
            var path = Write(name, count);
            using var file = Open(path, out var load);
            var before = load().cpu().clone(); // A small file is read whole by this.
            change(path);
            if (count == Large)
            {
                var error = Assert.Throws<PasException>(() => load());
                Assert.StartsWith(path + ": the file was written to while it is in use; expected 200", error.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.True(before.Equals(load()));
            }
        }
    }

    [Theory]
    [InlineData("w.safetensors")]
    [InlineData("w.gguf")]
    public void AFileThatIsReplacedOrRemovedIsStillTheOneThatWasOpened(string name)
    {
        using var scope = NewDisposeScope();
        var path = Write(name, Large);
        using var file = Open(path, out var load);
        File.WriteAllBytes(_folder.File("other"), new byte[100]);
        File.Move(_folder.File("other"), path, overwrite: true);
        Assert.Equal([0f, 1f, 2f], load().narrow(0, 0, 3).data<float>().ToArray()); // Mapped only now.
        File.Delete(path);
        Assert.Equal(Large - 1f, load()[Large - 1].item<float>());
    }

    [Fact]
    public void TheFileStaysOpenUntilItsLastOwnerIsDone()
    {
        var file = OpenedFile.Open(_folder.Write("f", [1, 2, 3]), file => file);
        var again = file.Share();
        file.Dispose();
        var bytes = new byte[3];
        again.Fill(0, bytes);
        Assert.Equal([1, 2, 3], bytes);
        Assert.Contains("ended early", Assert.Throws<PasException>(() => again.Fill(1, bytes)).Message, StringComparison.Ordinal);
        again.Dispose();
        Assert.Throws<ObjectDisposedException>(() => again.Fill(0, bytes));
    }

    /// <summary>A model whose weights are views of a map asks before each pass; one that holds copies does not care.</summary>
    [Theory]
    [InlineData(8192, ScalarType.Float32, true)]
    [InlineData(8192, ScalarType.BFloat16, false)]
    [InlineData(32, ScalarType.Float32, false)]
    public void AModelWhoseFileIsCutOffStopsWithAWord(int hiddenSize, ScalarType type, bool told)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var folder = new TinyModelFolder(TinyModels.Llama with { HiddenSize = hiddenSize });
        using var model = CausalLM.Load(folder.Path, new LoadOptions { DataType = type });
        var batch = PackedBatch.Pack([[3, 4, 5]]);
        var before = model.Logits(model.Forward(batch)).cpu();
        Cut(folder.File("model.safetensors"));
        if (told)
        {
            Assert.Contains("model.safetensors: the file was written to while it is in use", Assert.Throws<PasException>(() => model.Forward(batch)).Message, StringComparison.Ordinal);
            Assert.Throws<PasException>(() => model.ForwardAll(batch, leavesOnly: false));
        }
        else
        {
            Assert.True(before.Equals(model.Logits(model.Forward(batch)).cpu()));
        }
    }

    private static void Cut(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(file.Length / 3);
    }

    private static void Rewrite(string path)
    {
        Thread.Sleep(20); // More than the time that a system's clock for files stands still.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Position = file.Length / 2;
        file.WriteByte(77);
    }

    private string Write(string name, int count)
    {
        var path = _folder.File(name);
        File.Delete(path);
        if (name.EndsWith("gguf", StringComparison.Ordinal))
        {
            GgufWriter.Write(path, [("general.architecture", "llama")], [("w", [.. Enumerable.Range(0, count).Select(i => (float)i)])]);
            return path;
        }

        using var values = arange(count, ScalarType.Float32);
        SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { ["w"] = values }, new Dictionary<string, string>());
        return path;
    }

    private static IDisposable Open(string path, out Func<Tensor> load)
    {
        if (path.EndsWith("gguf", StringComparison.Ordinal))
        {
            var file = GgufFile.Open(path);
            load = () => file.Load(file.Tensors["w"]);
            return file;
        }

        var tensors = SafeTensors.Open(path);
        load = () => tensors.Load("w");
        return tensors;
    }
}
