using System.Text.Json.Nodes;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;
using static System.FormattableString;

namespace PainlessSteering.Text.Gguf;

/// <summary>States a tokenizer as a GGUF file does: what <see cref="GgufTokenizer"/> reads, the other way.</summary>
internal static class GgufVocabularyWriter
{
    private const string UnknownText = "<unk>";

    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    /// <param name="stages">The tokenizer.</param>
    /// <param name="rows">Rows of the model's embedding; ids without a piece get one that no text has.</param>
    /// <param name="special">Ids that the model's files name.</param>
    /// <exception cref="PasException">The tokenizer has something that changes the ids of a text and that such a file cannot state.</exception>
    public static GgufStatement Write(TokenizerStages stages, int rows, (int? Begin, int? End, int? Unknown) special)
    {
        var model = stages.Model as BpeModel ?? throw NotStated(stages, "vocabularies of this kind are not written to GGUF files", "byte-pair encoding");
        if (Math.Max(model.Vocabulary.Size, stages.Added.Size) > rows)
        {
            throw new PasException("the tokenizer has more tokens than the model's embedding has rows", stages.File, Invariant($"at most {rows}"), Invariant($"{Math.Max(model.Vocabulary.Size, stages.Added.Size)}")) { Code = ErrorCodes.DoesNotFit };
        }

        if (model.Options is not { ContinuingPrefix: null, EndOfWordSuffix: null })
        {
            throw NotStated(stages, "pieces with a mark where a word begins or ends are not written to GGUF files");
        }

        var unsaid = new List<string>();
        var unknown = model.UnknownId ?? special.Unknown;
        string[] tokens = [.. Enumerable.Range(0, rows).Select(id => stages.Added.Content(id) ?? model.Vocabulary.Piece(id) ?? Invariant($"[PAD{id}]"))];
        int[] types = [.. tokens.Select((token, id) => id == unknown && token == UnknownText ? Unknown : Type(stages, model, token, id))];
        var (before, after) = Around(stages);
        var vocabulary = new GgufVocabulary
        {
            File = stages.File,
            Model = "gpt2",
            Tokens = tokens,
            Types = types,
            BeginId = before ?? special.Begin,
            EndId = after ?? special.End,
            UnknownId = unknown,
            AddBegin = before is not null,
            AddEnd = after is not null,
        };
        if (stages.Added.Tokens.FirstOrDefault(token => token.SingleWord || token.StripLeft || token.StripRight) is { } wide)
        {
            unsaid.Add($"tokens that are found only as whole words, or that take the white space beside them with them ('{wide.Content}')");
        }

        vocabulary = model.Options.ByteFallback
            ? GgufSentencePieces.Write(stages, model, vocabulary, unsaid)
            : vocabulary with { PreTokenizer = PreTokenizer(stages, model, unsaid), Merges = [.. model.MergesInOrder().Select(merge => $"{merge.Left} {merge.Right}")] };
        return new GgufStatement(vocabulary, unsaid);
    }

    /// <summary>The error of a tokenizer that no GGUF file can state.</summary>
    public static PasException NotStated(TokenizerStages stages, string what, string? expected = null, string? found = null) =>
        new(what, stages.File, expected, found, "convert to safetensors, which keep the tokenizer as it is") { Code = ErrorCodes.NotSupported };

    /// <summary>The steps of a part of a tokenizer.json, each as its text.</summary>
    /// <param name="part">The part; or null.</param>
    /// <param name="list">The key of a sequence's steps.</param>
    public static IReadOnlyList<string> Steps(JsonObject? part, string list) =>
        part is null ? [] : (string?)part["type"] == "Sequence" ? [.. part[list]!.AsArray().SelectMany(step => Steps(step!.AsObject(), list))] : [part.ToJsonString()];

    /// <summary>The name of what the tokenizer cuts words by: found by what it does, as no name is written in a tokenizer.json.</summary>
    private static string PreTokenizer(TokenizerStages stages, BpeModel model, List<string> unsaid)
    {
        const string Composed = """{"type":"NFC"}""";
        var normal = stages.Normalizer is null ? [] : stages.Normalizer.ToJson() is { } json ? Steps(json, "normalizers") : ["one without a name"];
        if (normal.Any(step => step != Composed))
        {
            throw NotStated(stages, "the tokenizer changes a text before it cuts it, which a GGUF file with byte-level pieces cannot say", found: string.Join(", ", normal));
        }

        if (normal.Count > 0)
        {
            unsaid.Add("characters of a text that are composed to one first (NFC)");
        }

        var own = Steps(stages.PreTokenizer?.ToJson(), "pretokenizers");
        return GgufPreTokenizer.All.FirstOrDefault(known => known.IgnoreMerges == model.Options.IgnoreMerges && Steps(known.Make().ToJson(), "pretokenizers").SequenceEqual(own))?.Names[0] ?? throw NotStated(
            stages,
            "the tokenizer cuts words in a way that has no name in GGUF files here",
            "that of " + string.Join(", ", GgufPreTokenizer.All.Select(known => known.Names[0])),
            Shown(string.Join(", ", own) + (model.Options.IgnoreMerges ? ", words that are pieces taken whole" : "")));
    }

    private static int Type(TokenizerStages stages, BpeModel model, string token, int id) =>
        id == model.UnknownId ? Unknown
        : stages.Added.Content(id) is not null ? (stages.Added.IsSpecial(token) ? Control : UserDefined)
        : model.Vocabulary.Piece(id) is null ? Unused
        : model.IsBytePiece(id) ? Byte
        : Normal;

    /// <summary>The tokens that are put before and behind every text.</summary>
    private static (int? Before, int? After) Around(TokenizerStages stages)
    {
        var (before, after) = ((int?)null, (int?)null);
        foreach (var template in TemplatePostProcessor.Flat(stages.PostProcessor))
        {
            var at = template.Parts.ToList().IndexOf(null);
            int[] first = [.. template.Parts.Take(at).SelectMany(ids => ids!)], last = [.. template.Parts.Skip(at + 1).SelectMany(ids => ids ?? throw Twice())];
            if (at < 0 || first.Length + (before is null ? 0 : 1) > 1 || last.Length + (after is null ? 0 : 1) > 1)
            {
                throw Twice();
            }

            (before, after) = (first is [var begin] ? begin : before, last is [var end] ? end : after);
        }

        return (before, after);

        PasException Twice() => NotStated(stages, "the tokenizer puts more around a text than a GGUF file can say", "at most one token before and one behind it");
    }

    private static string Shown(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
