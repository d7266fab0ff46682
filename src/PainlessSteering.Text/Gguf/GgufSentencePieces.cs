using System.Text.Json.Nodes;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text.Gguf;

/// <summary>States a tokenizer of SentencePiece's kind as a GGUF file does: by scores of pieces where a tokenizer.json has a list of merges.</summary>
internal static class GgufSentencePieces
{
    private const int Normal = 1;

    private static readonly string Mark = Step("""{"type":"Prepend","prepend":"▁"}"""), Spaces = Step("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""");

    /// <summary>Steps that cut at a space, of which there are none left: Gemma's files have it.</summary>
    private static readonly string AtSpaces = Step("""{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}""");

    /// <exception cref="PasException">The merges are not those of scores, or the text is changed in another way before it is cut.</exception>
    public static GgufVocabulary Write(TokenizerStages stages, BpeModel model, GgufVocabulary vocabulary, List<string> unsaid) => vocabulary with
    {
        Model = "llama",
        PreTokenizer = "default",
        Scores = Scores(stages, model, vocabulary),
        AddSpacePrefix = Prefix(stages, unsaid),
    };

    /// <summary>Each piece's place in the order of merging, from the top; the order among pieces is all that scores say.</summary>
    private static float[] Scores(TokenizerStages stages, BpeModel model, GgufVocabulary vocabulary)
    {
        var scores = new float[vocabulary.Tokens.Count];
        Array.Fill(scores, -scores.Length);
        var (last, made) = (-1, 0);
        var merges = new HashSet<(string, string)>();
        var seen = new HashSet<int>();
        foreach (var (left, right, id) in model.MergesInOrder())
        {
            if (id != last && !seen.Add(id))
            {
                throw NoScores(vocabulary.Tokens[id]);
            }

            merges.Add((left, right));
            (scores[id], made, last) = (id == last ? scores[id] : -made, id == last ? made : made + 1, id);
        }

        var normal = vocabulary.Tokens.Where((_, id) => vocabulary.Types![id] == Normal).ToHashSet(StringComparer.Ordinal);
        var implied = SentencePieceMerges.Find([.. vocabulary.Tokens.Zip(scores)], model.Vocabulary).Where(merge => normal.Contains(merge.Left) && normal.Contains(merge.Right) && normal.Contains(merge.Left + merge.Right));
        return implied.FirstOrDefault(merge => !merges.Contains((merge.Left, merge.Right))) is { Left: not null } missing ? throw NoScores(missing.Left + missing.Right) : scores;

        PasException NoScores(string piece) =>
            GgufVocabularyWriter.NotStated(stages, "the merges are not those of a SentencePiece vocabulary, which a GGUF file would have with bytes for unknown characters", "merges in the order of the pieces that they make, and all of them", $"others for '{piece}'");
    }

    /// <summary>Whether a text begins as if after a space.</summary>
    private static bool Prefix(TokenizerStages stages, List<string> unsaid)
    {
        var normal = stages.Normalizer is null ? [] : stages.Normalizer.ToJson() is { } json ? GgufVocabularyWriter.Steps(json, "normalizers") : ["one without a name"];
        var cuts = GgufVocabularyWriter.Steps(stages.PreTokenizer?.ToJson(), "pretokenizers");
        string Metaspace(string scheme) => Step($$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":false}""");
        if (normal.SequenceEqual([Mark, Spaces]) && cuts.Count == 0)
        {
            return true;
        }

        if (normal.SequenceEqual([Spaces]) && cuts.All(cut => cut == AtSpaces))
        {
            return false;
        }

        if (normal.Count == 0 && cuts is [var only] && new[] { "never", "first", "always" }.FirstOrDefault(scheme => only == Metaspace(scheme)) is { } found)
        {
            if (found == "first")
            {
                unsaid.Add("that only the beginning of the user's text counts as after a space, not what follows a special token");
            }

            return found != "never";
        }

        throw GgufVocabularyWriter.NotStated(stages, "the tokenizer changes or cuts a text in a way that a GGUF file of SentencePiece's kind cannot say", "spaces written as '▁', and at most one '▁' before a text", string.Join(", ", normal.Concat(cuts)));
    }

    private static string Step(string json) => JsonNode.Parse(json)!.ToJsonString();
}
