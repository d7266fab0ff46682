using System.Text.Json;
using PainlessSteering.Vectors.Formats;
using PainlessSteering.Vectors.Formats.Torch;

namespace PainlessSteering.Tests.Vectors.Formats.Torch;

/// <summary>Files that Python's pickle module wrote the way torch.save does (<c>make-pt.py</c>), and what is refused without being run.</summary>
public sealed class TorchFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void EveryFileGivesItsVectorsOrIsRefused()
    {
        using var golden = JsonDocument.Parse(typeof(TorchFileTests).Assembly.GetManifestResourceStream("pt.golden.json")!);
        foreach (var one in golden.RootElement.EnumerateArray())
        {
            var path = _folder.Write("vector.pt", one.GetProperty("file").GetBytesFromBase64());
            if (one.GetProperty("directions") is not { ValueKind: JsonValueKind.Array } expected)
            {
                Assert.Throws<PasException>(() => Read(path));
                continue;
            }

            using var file = SteeringImport.Open(path);
            Assert.Equal(expected.EnumerateArray().Select(Line), file.Directions.Select(found => $"{found.Name} {found.Layer} [{string.Join(", ", found.Values)}]"));
            Assert.All(file.Directions, direction => Assert.Equal(one.GetProperty("strength") is { ValueKind: JsonValueKind.Number } strength ? strength.GetDouble() : null, direction.Strength));
            Assert.All(file.Directions, direction => Assert.Equal(one.GetProperty("site").GetString(), direction.Site?.Name));
        }
    }

    [Fact]
    public void ACallIsNamedAndNotMade()
    {
        var path = _folder.Write("evil.pt", Evil());
        var error = Assert.Throws<PasException>(() => TorchVectors.Read(path));
        Assert.Contains("the pickle calls '__builtin__.print', which this program does not do", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Cut at any place, a file is refused with an error of the user's kind.</summary>
    [Fact]
    public void ATruncatedFileIsRefused()
    {
        using var golden = JsonDocument.Parse(typeof(TorchFileTests).Assembly.GetManifestResourceStream("pt.golden.json")!);
        foreach (var name in new[] { "hints", "legacy" })
        {
            var bytes = golden.RootElement.EnumerateArray().First(one => one.GetProperty("name").GetString() == name).GetProperty("file").GetBytesFromBase64();
            for (var length = 0; length < bytes.Length; length += 7)
            {
                var path = _folder.Write("cut.pt", bytes[..length]);
                Assert.Throws<PasException>(() => Read(path));
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>All of a file, its numbers included, which are read when they are asked for.</summary>
    private static void Read(string path)
    {
        using var file = SteeringImport.Open(path);
        foreach (var direction in file.Directions)
        {
            Assert.Equal(direction.Length, direction.Values.Length);
        }
    }

    private static byte[] Evil()
    {
        using var golden = JsonDocument.Parse(typeof(TorchFileTests).Assembly.GetManifestResourceStream("pt.golden.json")!);
        return golden.RootElement.EnumerateArray().First(one => one.GetProperty("name").GetString() == "evil").GetProperty("file").GetBytesFromBase64();
    }

    private static string Line(JsonElement direction) =>
        $"{direction[0].GetString()} {(direction[1].ValueKind == JsonValueKind.Number ? direction[1].GetInt32() : null)} [{string.Join(", ", direction[2].EnumerateArray().Select(value => value.GetSingle()))}]";
}
