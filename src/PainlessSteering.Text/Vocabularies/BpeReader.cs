using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Reads a model of type BPE from a tokenizer.json.</summary>
internal static class BpeReader
{
    /// <summary>Merges of a file. The largest published have six hundred thousand.</summary>
    private const int MostMerges = 2_000_000;

    public static BpeModel Read(JsonPart model)
    {
        model.Account(["type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges"]);
        if (model["dropout"] is { Exists: true } dropout && dropout.Real(0, 1) > 0)
        {
            throw dropout.Error("merges that are left out at random are not supported", "0 or null", remedy: "it matters in training alone; take it out of the file");
        }

        var options = new BpeOptions
        {
            UnknownToken = model["unk_token"].OptionalText(),
            UnknownTokenPlace = model["unk_token"].Place,
            FuseUnknown = model["fuse_unk"].Flag(false),
            ByteFallback = model["byte_fallback"].Flag(false),
            IgnoreMerges = model["ignore_merges"].Flag(false),
            ContinuingPrefix = Vocabulary.Affix(model["continuing_subword_prefix"]),
            EndOfWordSuffix = Vocabulary.Affix(model["end_of_word_suffix"]),
        };
        var vocabulary = Vocabulary.Read(model.Required("vocab"));
        var merges = model.Required("merges");
        if (merges.Length > MostMerges)
        {
            throw merges.Error("there are too many merges", string.Create(CultureInfo.InvariantCulture, $"at most {MostMerges}"), string.Create(CultureInfo.InvariantCulture, $"{merges.Length}"));
        }

        var builder = new BpeBuilder(vocabulary, options, merges.Length);
        AddMerges(merges, builder);
        return builder.Build();
    }

    /// <summary>There are hundreds of thousands, and this is most of what loading takes: no waiting for the compiler's second tier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddMerges(JsonPart merges, BpeBuilder builder)
    {
        var line = new char[256];
        var index = 0;
        foreach (var merge in merges.Value.EnumerateArray())
        {
            if (!TryAddPlain(merge, builder, line))
            {
                Add(merges.At(merge, index), builder);
            }

            index++;
        }
    }

    /// <summary>Adds a merge in the usual form, "left right" without escapes; false where it takes more care.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryAddPlain(JsonElement merge, BpeBuilder builder, char[] line)
    {
        var raw = JsonMarshal.GetRawUtf8Value(merge);
        if (raw.Length > line.Length || raw[0] != '"' || raw[1] == '#' || raw.Contains((byte)'\\') || Utf8.ToUtf16(raw[1..^1], line, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        var text = line.AsSpan(0, length);
        var space = text.IndexOf(' ');
        return space >= 0 && text.LastIndexOf(' ') == space && builder.TryAdd(text[..space], text[(space + 1)..]);
    }

    private static void Add(JsonPart merge, BpeBuilder builder)
    {
        if (merge.Value.ValueKind == JsonValueKind.Array)
        {
            AddPair(merge, builder);
        }
        else
        {
            AddLine(merge, builder);
        }
    }

    /// <summary>["left", "right"], where pieces may hold spaces.</summary>
    private static void AddPair(JsonPart merge, BpeBuilder builder)
    {
        if (merge.Items().ToArray() is not [var left, var right])
        {
            throw merge.Error("a merge is a pair of pieces", found: string.Create(CultureInfo.InvariantCulture, $"{merge.Value.GetArrayLength()}"));
        }

        Add(merge, builder, left.Text(), right.Text());
    }

    /// <summary>"left right".</summary>
    private static void AddLine(JsonPart merge, BpeBuilder builder)
    {
        var text = merge.Text();
        if (text.StartsWith("#version", StringComparison.Ordinal))
        {
            return;
        }

        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || text.IndexOf(' ', space + 1) >= 0)
        {
            throw merge.Error("a merge is two pieces with one space between them", found: $"'{text}'");
        }

        Add(merge, builder, text.AsSpan(0, space), text.AsSpan(space + 1));
    }

    private static void Add(JsonPart merge, BpeBuilder builder, ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (!builder.TryAdd(left, right))
        {
            throw merge.Error($"the merge of '{left}' and '{right}' names a piece that is not in the vocabulary");
        }
    }
}
