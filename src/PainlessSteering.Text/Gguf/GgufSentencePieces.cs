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

    /// <summary>
    /// The place of each piece in the order of merging, from the top: the order is all that scores say. Pieces whose merges are mixed with each other had the same
    /// score, so they get the same.
    /// </summary>
    private static float[] Scores(TokenizerStages stages, BpeModel model, GgufVocabulary vocabulary)
    {
        var merges = model.MergesInOrder().ToArray();
        var (groups, groupOf) = (new List<List<int>>(), new Dictionary<int, int>());
        foreach (var (_, _, id) in merges)
        {
            if (!groupOf.TryGetValue(id, out var group))
            {
                groupOf[id] = groups.Count;
                groups.Add([id]);
                continue;
            }

            foreach (var later in groups[(group + 1)..].SelectMany(others => others))
            {
                groups[group].Add(later);
                groupOf[later] = group;
            }

            groups.RemoveRange(group + 1, groups.Count - group - 1);
        }

        var scores = new float[vocabulary.Tokens.Count];
        Array.Fill(scores, -scores.Length);
        foreach (var (id, group) in groupOf)
        {
            scores[id] = -group;
        }

        var all = merges.Select(merge => (merge.Left, merge.Right)).ToHashSet();
        var normal = vocabulary.Tokens.Where((_, id) => vocabulary.Types![id] == Normal).ToHashSet(StringComparer.Ordinal);
        var missing = SentencePieceMerges.Find([.. vocabulary.Tokens.Zip(scores)], model.Vocabulary)
            .Where(merge => normal.Contains(merge.Left) && normal.Contains(merge.Right) && normal.Contains(merge.Left + merge.Right))
            .FirstOrDefault(merge => !all.Contains((merge.Left, merge.Right)));
        return missing.Left is null ? scores : throw GgufVocabularyWriter.NotStated(
            stages,
            "the merges are not those of a SentencePiece vocabulary, which a GGUF file has where unknown characters become bytes",
            "every way to make a piece of two others",
            $"none that makes '{missing.Left + missing.Right}' of '{missing.Left}'");
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
            if (found != "never")
            {
                unsaid.Add("that a text which begins with a space does not get another before it");
            }

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
