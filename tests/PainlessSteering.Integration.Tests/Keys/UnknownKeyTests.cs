using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Data;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Keys;

/// <summary>
/// Each reader accounts for every key that it meets. Keys that nobody knows are put into every section of good files: each is refused by name, or stands
/// among what is not used, alone or with the section around it.
/// </summary>
public sealed class UnknownKeyTests
{
    private const int Rounds = 3;

    private static readonly string[] Values = ["1", "0.5", "true", "false", "null", "\"text\"", "\"\"", "[]", "{}", "[1, \"a\"]", """{"type": "x", "b": [1]}""", """[{"content": "a"}]"""];

    public static TheoryData<string> Readers => [.. KeyReaders.All.Select(reader => reader.Name)];

    [Theory]
    [MemberData(nameof(Readers))]
    public void NoKeyVanishes(string name)
    {
        var reader = KeyReaders.All.Single(reader => reader.Name == name);
        var random = new Random(17);
        foreach (var sample in reader.Samples)
        {
            _ = reader.Read(sample); // It is good without.
            var places = reader.Objects(JsonNode.Parse(sample)!).Count;
            for (var i = 0; i < places * Rounds; i++)
            {
                var json = JsonNode.Parse(sample)!;
                var (section, path) = reader.Objects(json)[i / Rounds];
                var (key, value) = (Key(random), Values[random.Next(Values.Length)]);
                section.Insert(random.Next(section.Count + 1), key, JsonNode.Parse(value));
                Assert.True(IsAccountedFor(reader, json.ToJsonString(), key, path), $"{name}: '{path}' with \"{key}\": {value}");
            }
        }
    }

    [Fact]
    public void NoKeyOfAGgufFileVanishes()
    {
        var random = new Random(18);
        var file = File.ReadAllBytes(Shared.PathOf("gguf", "families", "llama.gguf"));
        byte[][] values =
        [
            [5, 0, 0, 0, 7, 0, 0, 0], [6, 0, 0, 0, 0, 0, 0x80, 0x3f], [7, 0, 0, 0, 1], [7, 0, 0, 0, 0], [8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'x'], [8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [9, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
        ];
        foreach (var prefix in new[] { "", "general.", "llama.", "llama.rope.scaling.", "tokenizer.", "tokenizer.ggml.", "tokenizer.chat_template.", "split.", "quantize.", "other.deep." })
        {
            foreach (var value in values)
            {
                var key = prefix + Key(random);
                using var folder = new TempFolder();
                folder.Write("m.gguf", With(file, key, value));
                Assert.True(IsNamed(() => Unused(folder.File("m.gguf")), key), $"{key}: a value of type {value[0]}");
            }
        }
    }

    /// <summary>A GGUF file with one key more, and another that fills up to where its data begins.</summary>
    private static byte[] With(byte[] file, string key, byte[] value)
    {
        byte[] entry = [.. BitConverter.GetBytes((ulong)key.Length), .. Encoding.UTF8.GetBytes(key), .. value];
        var filler = (32 - ((entry.Length + 28) % 32)) % 32;
        byte[] padding = [.. BitConverter.GetBytes(8UL), .. "general~"u8, .. BitConverter.GetBytes(8u), .. BitConverter.GetBytes((ulong)filler), .. new byte[filler]];
        byte[] count = BitConverter.GetBytes(BitConverter.ToUInt64(file, 16) + 2);
        return [.. file[..16], .. count, .. entry, .. padding, .. file[24..]];
    }

    /// <summary>Columns of data play a part or stand among those that do not.</summary>
    [Theory]
    [InlineData("items.csv")]
    [InlineData("items.jsonl")]
    public void NoColumnVanishes(string file)
    {
        var random = new Random(19);
        for (var i = 0; i < 10; i++)
        {
            var key = Key(random);
            using var folder = new TempFolder();
            folder.Write(file, file.EndsWith("csv", StringComparison.Ordinal)
                ? $"question,A,{key},B,answer\nQ?,yes,x,no,A\nR?,yes,y,no,B\n"
                : $$"""
                    {"question": "Q?", "choices": ["a", "b"], "answer": 1, "{{key}}": {{Values[random.Next(Values.Length)]}} }
                    {"question": "R?", "choices": ["a", "b"], "answer": 0}

                    """);
            Assert.True(IsNamed(() => [.. Dataset.Load(folder.File(file)).Columns.Where(column => column.Part is null).Select(column => column.Column)], key), key);
        }
    }

    [Fact]
    public void AKeyThatStandsTwiceIsRefused()
    {
        foreach (var reader in KeyReaders.All.Where(reader => reader.Name != "tasks"))
        {
            var sample = JsonNode.Parse(reader.Samples[0])!.AsObject();
            var first = sample.First();
            var twice = $"{{{JsonSerializer.Serialize(first.Key)}: {first.Value?.ToJsonString() ?? "null"}, {reader.Samples[0].TrimStart()[1..]}";
            Assert.Contains(first.Key, Assert.Throws<PasException>(() => reader.Read(twice)).Message, StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> Unused(string file)
    {
        using var source = ModelSource.Open(file);
        return [.. source.Unused.Select(part => part.Name)];
    }

    private static bool IsAccountedFor(KeyReader reader, string text, string key, string path) =>
        IsNamed(() => reader.Read(text), key, Sections(path).Select(section => $", key '{section}'"));

    /// <summary>Whether what is read names the key, or a section that it is in, and does so too where it is refused.</summary>
    private static bool IsNamed(Func<IReadOnlyList<string>> read, string key, IEnumerable<string>? sections = null)
    {
        try
        {
            var unused = read();
            return unused.Any(name => name.Contains(key, StringComparison.Ordinal) || (sections ?? []).Any(section => name.EndsWith(section, StringComparison.Ordinal)));
        }
        catch (Exception refused) when (refused is PasException or JsonException)
        {
            return refused.Message.Contains(key, StringComparison.Ordinal);
        }
    }

    /// <summary>The sections that a path leads through.</summary>
    private static IEnumerable<string> Sections(string path) => path.Select((letter, i) => (letter, i)).Where(at => at.letter is '.' or '[').Select(at => path[..at.i]).Append(path);

    private static string Key(Random random) => string.Concat(Enumerable.Range(0, 12).Select(_ => (char)random.Next('a', 'z' + 1)));
}
