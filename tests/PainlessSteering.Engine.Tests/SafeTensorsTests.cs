using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorsAreViewsOfOneMapWithTheValuesOfTheFile()
    {
        var header = """{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[3],"data_offsets":[8,20]}}""".PadRight(120);
        var path = _folder.Write("f.safetensors", RawSafeTensors.Bytes(header, RawSafeTensors.Floats(1, 2, 3, 4, 5)));
        using var file = SafeTensors.Open(path);
        using var a = file.Load("a");
        using var again = file.Load("a");
        using var b = file.Load("b");
        Assert.Equal([2L, 1L], a.shape);
        Assert.Equal([1f, 2f], a.data<float>().ToArray());
        Assert.Equal([3f, 4f, 5f], b.data<float>().ToArray());
        Assert.True(Unsafe.AreSame(ref First(a), ref First(again)), "each load took its own memory");
        Assert.Equal(8, Unsafe.ByteOffset(ref First(a), ref First(b)));
    }

    [Fact]
    public void AViewOutlivesTheFileObjectAndNeverWritesToTheFile()
    {
        var bytes = RawSafeTensors.Bytes("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""".PadRight(64), RawSafeTensors.Floats(1, 2));
        var path = _folder.Write("f.safetensors", bytes);
        Tensor a;
        using (NewDisposeScope())
        using (var file = SafeTensors.Open(path))
        {
            a = file.Load("a").DetachFromDisposeScope();
        }

        using (a)
        {
            a.add_(1);
            Assert.Equal([2f, 3f], a.data<float>().ToArray());
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void MisalignedAndEmptyAndScalarTensorsAreRead()
    {
        var header = """{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[1,2],"data_offsets":[1,9]},"e":{"dtype":"F16","shape":[0,7],"data_offsets":[9,9]},"s":{"dtype":"I64","shape":[],"data_offsets":[9,17]}}""".PadRight(232);
        var path = _folder.Write("f.safetensors", RawSafeTensors.Bytes(header, [7, .. RawSafeTensors.Floats(1.5f, -2), .. BitConverter.GetBytes(-5L)]));
        using var file = SafeTensors.Open(path);
        using var f = file.Load("f");
        using var e = file.Load("e");
        using var s = file.Load("s");
        using var b = file.Load("b");
        Assert.Equal([1.5f, -2f], f.data<float>().ToArray());
        Assert.Equal([0L, 7L], e.shape);
        Assert.Equal(-5L, s.item<long>());
        Assert.Equal(7, b[0].item<byte>());
    }

    [Fact]
    public void ATypeThatTorchSharpLacksIsToldWhenItIsLoaded()
    {
        var path = _folder.Write("f.safetensors", RawSafeTensors.Bytes("""{"q":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 1, 2));
        using var file = SafeTensors.Open(path);
        Assert.Contains("F8_E4M3", Assert.Throws<PasException>(() => file.Load("q")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsAbsentOrAFolderIsTold()
    {
        Assert.Throws<PasException>(() => SafeTensors.Open(_folder.File("none.safetensors")));
        Assert.Throws<PasException>(() => SafeTensors.Open(_folder.Path));
    }

    [Fact]
    public void TheWriterGivesExactlyTheseBytes()
    {
        using var halves = tensor(new float[] { 1, -2 }).to(ScalarType.BFloat16);
        using var z = tensor(new float[] { 0.5f });
        using var a = tensor(new float[] { 1, 2 }).reshape(2, 1);
        using var count = tensor(new long[] { 3 });
        var path = _folder.File("f.safetensors");
        SafeTensorsWriter.Write(
            path,
            new Dictionary<string, Tensor> { ["z"] = z, ["h"] = halves, ["a"] = a, ["n"] = count },
            new Dictionary<string, string> { ["seed"] = "39", ["model"] = "é\"<" });
        var header = """{"__metadata__":{"model":"é\"<","seed":"39"},"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},"z":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"h":{"dtype":"BF16","shape":[2],"data_offsets":[20,24]}}""";
        var padded = header + new string(' ', (8 - (Encoding.UTF8.GetByteCount(header) % 8)) % 8);
        byte[] data = [.. BitConverter.GetBytes(3L), .. RawSafeTensors.Floats(1, 2, 0.5f), 0x80, 0x3F, 0x00, 0xC0];
        Assert.Equal(RawSafeTensors.Bytes(padded, data), File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    public void WhatIsWrittenIsReadBackBitForBit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var written = arange(30, ScalarType.Float32).mul(1.37).to(type).reshape(5, 6).transpose(0, 1); // Not contiguous.
        var path = _folder.File("f.safetensors");
        SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { ["t"] = written, ["empty"] = empty(0, 3) }, new Dictionary<string, string>());
        using var file = SafeTensors.Open(path);
        Assert.Empty(file.Metadata);
        Assert.Equal([6L, 5L], file.Tensors["t"].Shape);
        Assert.True(written.equal(file.Load("t")).all().item<bool>());
        Assert.Equal(0, file.Load("empty").numel());
    }

    private static ref byte First(Tensor tensor) => ref MemoryMarshal.GetReference(tensor.bytes);
}
