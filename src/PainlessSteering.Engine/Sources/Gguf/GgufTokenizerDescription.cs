using PainlessSteering.Text;
using PainlessSteering.Text.Gguf;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>The keys of a file that is to be written that begin with <c>tokenizer.</c>: the other direction of <see cref="GgufTokenizerKeys"/>.</summary>
internal static class GgufTokenizerDescription
{
    private const string Keys = "tokenizer.ggml.", MainTemplate = "tokenizer.chat_template", TemplateNames = "tokenizer.chat_templates", Default = "default";

    /// <summary>Keys of other ends of a text than the first.</summary>
    private static readonly string[] OtherEnds = ["eot_token_id", "eom_token_id"];

    /// <summary>What a text that shows most kinds of pieces is cut to has to be the same.</summary>
    private static readonly string[] Probes =
    [
        "Hello world", "two  spaces   and a tab\tthere\n\nnew lines \r\n", "Wir müssen schließen: 1234567890 € – 42%", "don't WE'LL iPhone15 x=[1,2];}", "日本語 한국어 العربية हिन्दी", "😀👩‍👩‍👧 ﬁ ½",
    ];

    /// <param name="source">The model; one without a tokenizer gets a file without one.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="notes">Gets what a file cannot say.</param>
    /// <exception cref="PasException">The tokenizer does something to a text that such a file cannot say.</exception>
    public static IReadOnlyList<(string Key, object Value)> Of(IModelSource source, ModelConfig config, List<string> notes)
    {
        if (!source.HasTokenizer)
        {
            notes.Add("the model has no tokenizer, so that the file has none");
            return [(Keys + "model", "none")];
        }

        var (tokenizer, special) = (source.Tokenizer, source.ChatTemplate?.SpecialTokens ?? new Dictionary<string, string>());
        int? Id(string name) => special.TryGetValue(name, out var text) ? tokenizer.IdOf(text) : null;
        var statement = tokenizer.ToGguf(config.VocabularySize, (Id("bos_token") ?? config.BeginOfSequence, Id("eos_token") ?? config.EndOfSequence.Where(id => id < config.VocabularySize).Cast<int?>().FirstOrDefault(), Id("unk_token")));
        notes.AddRange(statement.Unsaid.Select(unsaid => $"the file cannot say of the tokenizer: {unsaid}"));
        Compare(tokenizer, statement.Vocabulary);
        var ends = config.EndOfSequence.Where(id => id != statement.Vocabulary.EndId && id < config.VocabularySize).ToArray();
        return
        [
            .. Vocabulary(statement.Vocabulary),
            .. ends.Zip(OtherEnds, (id, key) => (Keys + key, (object)(uint)id)),
            .. Id("pad_token") is { } padding ? [(Keys + "padding_token_id", (object)(uint)padding)] : Array.Empty<(string, object)>(),
            .. source.ChatTemplate is { } template ? Templates(template) : [],
        ];
    }

    private static IEnumerable<(string Key, object Value)> Vocabulary(GgufVocabulary vocabulary) => new (string Key, object? Value)[]
    {
        ("model", vocabulary.Model),
        ("pre", vocabulary.PreTokenizer),
        ("tokens", vocabulary.Tokens.ToArray()),
        ("scores", vocabulary.Scores?.ToArray()),
        ("token_type", vocabulary.Types?.ToArray()),
        ("merges", vocabulary.Merges?.ToArray()),
        ("bos_token_id", (uint?)vocabulary.BeginId),
        ("eos_token_id", (uint?)vocabulary.EndId),
        ("unknown_token_id", (uint?)vocabulary.UnknownId),
        ("add_bos_token", vocabulary.AddBegin),
        ("add_eos_token", vocabulary.AddEnd),
        ("add_space_prefix", vocabulary.AddSpacePrefix),
    }.Where(entry => entry.Value is not null).Select(entry => (Keys + entry.Key, entry.Value!));

    private static IEnumerable<(string Key, object Value)> Templates(ChatTemplate template)
    {
        if (template.Texts.TryGetValue(Default, out var main))
        {
            yield return (MainTemplate, main);
        }

        var others = template.Texts.Where(text => text.Key != Default).OrderBy(text => text.Key, StringComparer.Ordinal).ToArray();
        foreach (var (name, text) in others)
        {
            yield return (GgufTokenizerKeys.TemplateKey(name), text);
        }

        if (others.Length > 0)
        {
            yield return (TemplateNames, others.Select(text => text.Key).ToArray());
        }
    }

    /// <exception cref="PasException">The tokenizer that the file states is another one.</exception>
    private static void Compare(Tokenizer own, GgufVocabulary stated)
    {
        var other = Tokenizer.Of(stated);
        foreach (var probe in Probes)
        {
            if (!own.Encode(probe).SequenceEqual(other.Encode(probe)))
            {
                throw new PasException("the tokenizer gives other ids than a GGUF file could", stated.File, $"those of '{probe}' alike", remedy: "convert to safetensors, which keep the tokenizer as it is") { Code = ErrorCodes.NotSupported };
            }
        }
    }
}
