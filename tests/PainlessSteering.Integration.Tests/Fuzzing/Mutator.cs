using System.Text;

namespace PainlessSteering.Tests.Fuzzing;

/// <summary>Spoils files: single bits and bytes, numbers at their limits, and pieces cut, doubled, moved or taken from another sample.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int Longest = 1 << 16;

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ":", ",", "null", "true", "-1", "1e999", "999999999999999999999", "0.5", "\\u0000", "\\ud800", "{{", "}}", "{%", "%}", "|", "(", ")",
            " * 99999999", " ** 9999", "range(99999)", "loop", ".x", "[0]", "[::-1]", "\n", "\r\n", "- ", "&a ", "*a", "\u2028", "🙂", "é",
        }.Select(Encoding.UTF8.GetBytes),
        [0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 128], [255, 255, 255, 127], [255, 255, 255, 255, 255, 255, 255, 127], [0, 0, 0, 0, 0, 0, 0, 128], [1, 0, 0, 0, 0, 0, 0, 0],
        [0x80], [0x00], [0xff], [(byte)'R'], [(byte)'('], [(byte)'t'], [(byte)'b'], [(byte)'.'],
    ];

    private readonly Random random = new(seed);

    /// <summary>A sample with one to eight faults.</summary>
    public byte[] Next()
    {
        var bytes = new List<byte>(Pick(corpus));
        for (var faults = 1 + random.Next(8); faults > 0; faults--)
        {
            Spoil(bytes);
        }

        return [.. bytes.Take(Longest)];
    }

    private void Spoil(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(1 << random.Next(8)));
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                var token = Pick(Tokens);
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(2) * token.Length));
                bytes.InsertRange(at, token);
                break;
            case 5:
                var other = Pick(corpus);
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 64)));
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat(Pick(Tokens), random.Next(1, 300)).SelectMany(part => part));
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
