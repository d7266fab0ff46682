using System.Text;
using PainlessSteering.Engine.Files;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>Safetensors files whose headers are nested, long, repeated or wrong, as weights, as foreign vectors and as this program's own.</summary>
public sealed class HostileSafetensorsTests : IDisposable
{
    private static readonly string[] Values =
    [
        "1", "-1", "9223372036854775807", "1e400", "null", "true", "[]", "{}", "\"\"", "\"F32\"", "[0,8]", "[2]", "[[[[1]]]]", "\"\\ud800\"", "\"\\u001b[2J\"", "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
        "[9223372036854775807,9223372036854775807]", "[0,0,0,0,0,0,0,0]", "[-1,8]", "\"painless-steering-vector\"", "\"1,5\"", "\"NaN\"",
    ];

    private static readonly string[] Keys =
    [
        "__metadata__", "dtype", "shape", "data_offsets", "vector", "layer.1", "layer", "site", "strength", "format", "format_version", "edits", "condition", "\\u0000", "positions", "hidden_size", "token_rule",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => HostileCase.Seeds(100);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ARandomHeaderIsReadOrRefused(int seed)
    {
        var random = new Random(seed);
        Read(Bytes(Any(random, random.Next(1, 5)), random.Next(64)), $"random header {seed}");
    }

    [Theory]
    [InlineData("[", 20_000_000)]
    [InlineData("{\"a\":", 5_000_000)]
    [InlineData("{\"a\":[0,0,0", 30_000_000)]
    [InlineData("{\"__metadata__\":{\"a\":\"", 20_000_000)]
    [InlineData("{\"", 20_000_000)]
    public void ALongHeaderIsReadOrRefused(string start, int length)
    {
        var unit = start[^1] switch { '[' => "[", ':' => "{\"a\":", '0' => ",0", _ => "x" };
        var json = new StringBuilder(start);
        while (json.Length < length)
        {
            json.Append(unit, 0, unit.Length);
        }

        Read(Bytes(json.ToString(), 0), $"{start} of {length}");
        Read(Bytes(json.Append(start[^1] == '0' ? "]}" : start[^1] == '"' && start.Length > 2 ? "\"}}" : "\":{}}").ToString(), 0), $"{start} of {length}, closed");
    }

    [Fact]
    public void ManyTensorsAreReadOrRefused()
    {
        var json = new StringBuilder("{");
        for (var i = 0; i < 500_000; i++)
        {
            json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}},");
        }

        Assert.Contains("expected at most 4000000 names, numbers and brackets", Read(Bytes(json.Append("\"a\":0}").ToString(), 0), "500,000 tensors"), StringComparison.Ordinal);
    }

    /// <summary>A file can be longer than a disk where nothing is in it.</summary>
    [Fact]
    public void ASparseFileIsNotRead()
    {
        const long Length = 1L << 40;
        var header = $$$"""{"vector":{"dtype":"F32","shape":[{{{Length / 4}}}],"data_offsets":[0,{{{Length}}}]}}""";
        var path = _folder.Write("v.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header)]);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(8 + header.Length + Length);
        }

        Assert.Contains("256 MiB", HostileCase.Import(path, "a sparse file"), StringComparison.Ordinal);
        Assert.Contains("256 MiB", HostileCase.Checked("a sparse vector", () => SafetensorsFormat.Read(path)), StringComparison.Ordinal);
        Assert.Null(HostileCase.Checked("sparse weights", () => SafeTensors.Open(path).Dispose()));
    }

    [Fact]
    public void AVectorsOwnTextsAreBounded()
    {
        var edits = "[" + string.Join(',', Enumerable.Repeat("0", 10_000_000)) + "]";
        var header = $$$"""{"__metadata__":{"format":"painless-steering-vector","format_version":"3","strength":"1","token_rule":"all","hidden_size":"2","edits":"{{{edits}}}"},"edits":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        Assert.Contains("expected at most 8388608 characters", Read(Bytes(header, 8), "a long list of edits"), StringComparison.Ordinal);
    }

    /// <returns>What this program's own reader says, the last of the three.</returns>
    private string? Read(byte[] bytes, string shown)
    {
        var path = _folder.Write("v.safetensors", bytes);
        HostileCase.Checked(shown, () => SafeTensors.Open(path).Dispose());
        HostileCase.Import(path, shown);
        return HostileCase.Checked(shown, () => SafetensorsFormat.Read(path));
    }

    private static byte[] Bytes(string json, int data) => [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json), .. new byte[data]];

    private static string Any(Random random, int depth)
    {
        var members = Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{Keys[random.Next(Keys.Length)]}\":{(depth > 0 && random.Next(2) == 0 ? Any(random, depth - 1) : Values[random.Next(Values.Length)])}");
        return "{" + string.Join(',', members) + "}";
    }
}
