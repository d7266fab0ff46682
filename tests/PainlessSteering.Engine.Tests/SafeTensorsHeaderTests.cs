using System.Text;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Tests.Engine;

public sealed class SafeTensorsHeaderTests : IDisposable
{
    private const string Good = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]}}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AGoodHeaderIsRead()
    {
        using var file = SafeTensors.Open(_folder.Write("a.safetensors", RawSafeTensors.Bytes(Good + "   ", new byte[16])));
        Assert.Equal(["a", "b"], file.Tensors.Keys);
        Assert.Equal([1L, 1L], file.Tensors["b"].Shape);
        Assert.Equal(8 + Good.Length + 3 + 8, file.Tensors["b"].Offset);
        Assert.Equal("pt", Assert.Single(file.Metadata).Value);
    }

    [Theory]
    [InlineData("", "not valid")]
    [InlineData("[]", "JSON object")]
    [InlineData(" {}", "JSON object")]
    [InlineData("{", "not valid JSON; found line 1, byte 2: Expected")]
    [InlineData("{}x", "not valid JSON")]
    [InlineData("""{"a":1}""", "expected an object")]
    [InlineData("""{"__metadata__":[]}""", "expected an object")]
    [InlineData("""{"__metadata__":{"x":1}}""", "expected a text")]
    [InlineData("""{"__metadata__":{"x":"1","x":"2"}}""", "appears twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "appears twice")]
    [InlineData("""{"__metadata__":{"x":"\ud800"}}""", "not valid JSON")]
    [InlineData("""{"\udfff":{}}""", "not valid JSON")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "dtype is missing")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "shape is missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "data_offsets is missing")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "dtype appears twice")]
    [InlineData("""{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", "'F31'")]
    [InlineData("""{"a":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}""", "dtype is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "shape is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "'-2'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "'2.5'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", "whole numbers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "fewer than 2^63")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}}""", "do not match the shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "expected 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "data_offsets are not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets are not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "'-8'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "past the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}""", "past the end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "after the last tensor")]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}}""", "do not match the shape")]
    public void AHostileHeaderGivesOneLineThatNamesFileAndFault(string header, string told)
    {
        var path = _folder.Write("bad.safetensors", RawSafeTensors.Bytes(header, new byte[8]));
        var error = Assert.Throws<PasException>(() => SafeTensors.Open(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(new byte[0], "at least 8 bytes")]
    [InlineData(new byte[] { 1, 0, 0 }, "at least 8 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 16, (byte)'{' }, "1152921504606846976 bytes")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "18446744073709551615 bytes")]
    [InlineData(new byte[] { 1, 225, 245, 5, 0, 0, 0, 0 }, "at most 100000000")]
    [InlineData(new byte[] { 0, 225, 245, 5, 0, 0, 0, 0, (byte)'{' }, "longer than the file")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF }, "UTF-8")]
    public void AFalseLengthIsToldBeforeMemoryIsTaken(byte[] bytes, string told)
    {
        var path = _folder.Write("bad.safetensors", bytes);
        Assert.Contains(told, Assert.Throws<PasException>(() => SafeTensors.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTruncationOfAGoodFileIsRefused()
    {
        var good = RawSafeTensors.Bytes(Good, new byte[16]);
        for (var length = 0; length < good.Length; length++)
        {
            var path = _folder.Write($"{length}.safetensors", good[..length]);
            Assert.Throws<PasException>(() => SafeTensors.Open(path));
        }
    }

    [Fact]
    public void LongAndControlCharactersOfAKeyDoNotReachTheTerminal()
    {
        var key = "\\u001b[2J" + new string('k', 10_000);
        var path = _folder.Write("bad.safetensors", RawSafeTensors.Bytes($$"""{"{{key}}":0}"""));
        var message = Assert.Throws<PasException>(() => SafeTensors.Open(path)).Message;
        Assert.DoesNotContain('\u001b', message);
        Assert.True(message.Length < 500);
    }

    [Fact]
    public void MutatedHeadersOnlyEverGiveAnErrorThatNamesTheFile()
    {
        var random = new Random(20250929);
        var good = Encoding.UTF8.GetBytes(Good);
        string[] pieces = ["\"", "{", "}", "[", "]", ",", ":", "-1", "1e9", "null", "F64", "\\ud800", "\\", "\u00e9", "__metadata__", "9223372036854775807", "0", "\"a\":", "16"];
        var accepted = 0;
        for (var run = 0; run < 25_000; run++)
        {
            var bytes = good.ToList();
            for (var edits = random.Next(1, 4); edits > 0 && bytes.Count > 0; edits--)
            {
                Edit(bytes, random, pieces);
            }

            try
            {
                var header = SafeTensorsHeader.Parse("f", bytes.ToArray(), 8 + bytes.Count + 16);
                Assert.Equal(16, header.Tensors.Values.Sum(tensor => tensor.Length));
                accepted++;
            }
            catch (PasException e)
            {
                Assert.StartsWith("f", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(accepted, 100, 24_900);
    }

    private static void Edit(List<byte> bytes, Random random, string[] pieces)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, random.Next(1, Math.Min(20, bytes.Count - at) + 1));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(at, random.Next(1, Math.Min(60, bytes.Count - at) + 1)));
                break;
        }
    }
}
