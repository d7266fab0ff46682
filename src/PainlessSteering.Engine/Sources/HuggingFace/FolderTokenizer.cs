using System.Globalization;
using System.Text.Json;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Reads a folder's tokenizer, and compares it with what the files beside it say of the same tokens.</summary>
internal static class FolderTokenizer
{
    private const string Config = "tokenizer_config.json", Added = "added_tokens.json", AddedDecoder = "added_tokens_decoder";

    /// <summary>Keys of tokenizer_config.json that are used, here or by chat templates.</summary>
    private static readonly HashSet<string> Used =
    [
        AddedDecoder, "add_bos_token", "add_eos_token", "chat_template", .. ChatTemplateFiles.TokenKeys,
    ];

    private static readonly Dictionary<string, string> Irrelevant = new(StringComparer.Ordinal)
    {
        ["tokenizer_class"] = "tokenizer.json says how",
        ["backend"] = "tokenizer.json says how",
        ["auto_map"] = "names Python code, which is never run",
        ["processor_class"] = "of images and sounds, which are left out",
        ["model_max_length"] = "the model's context decides",
        ["max_length"] = "the model's context decides",
        ["padding_side"] = "prompts are not padded",
        ["truncation_side"] = "prompts are not cut",
        ["clean_up_tokenization_spaces"] = "text is decoded as it is",
        ["spaces_between_special_tokens"] = "text is decoded as it is",
        ["split_special_tokens"] = "special tokens written in a text are found",
        ["use_default_system_prompt"] = "the chat template says it",
        ["legacy"] = "tokenizer.json says how",
        ["sp_model_kwargs"] = "tokenizer.json says how",
        ["use_fast"] = "tokenizer.json says how",
        ["errors"] = "bytes that are no text become U+FFFD",
    };

    /// <param name="path">A folder, or a tokenizer's file alone.</param>
    /// <exception cref="PasException">There is no tokenizer, it is damaged, or another file contradicts it.</exception>
    public static (Tokenizer Tokenizer, IReadOnlyList<UnusedPart> Unused) Read(string path)
    {
        var tokenizer = Tokenizer.Load(path);
        var unused = new List<UnusedKey>(tokenizer.Unused);
        var special = new HashSet<string>(StringComparer.Ordinal);
        ReadJson(Path.Combine(path, Config), root =>
        {
            tokenizer = WithTokens(tokenizer, root[AddedDecoder]);
            special.UnionWith(ChatTemplateFiles.TokenNames.Where(name => root[name].Exists).Select(name => AddedToken.TextOf(root[name])));
            root.AccountLeniently(Used, Irrelevant);
            unused.AddRange(root.Source.Unused);
        });
        ReadJson(Path.Combine(path, Added), root =>
        {
            foreach (var entry in root.Value.EnumerateObject().OrderBy(entry => root[entry.Name].Number(0, int.MaxValue)))
            {
                var token = new AddedToken(entry.Name, SingleWord: false, StripLeft: false, StripRight: false, Normalized: false, special.Contains(entry.Name));
                tokenizer = WithToken(tokenizer, root[entry.Name], token, root[entry.Name].Number(0, int.MaxValue));
            }
        });
        ReadJson(Path.Combine(path, Config), root => tokenizer = WithEnds(tokenizer, root)); // One of them may be a token that was added.
        return (tokenizer, [.. unused.Select(key => new UnusedPart(key.Place, key.Reason) { IsStrange = key.IsStrange })]);
    }

    private static Tokenizer WithTokens(Tokenizer tokenizer, JsonPart added)
    {
        if (!added.Exists)
        {
            return tokenizer;
        }

        var entries = added.Value.EnumerateObject().Select(entry => (
            Id: int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw added[entry.Name].Error("the key is no id", "a whole number"),
            Part: added[entry.Name]));
        return entries.OrderBy(entry => entry.Id).Aggregate(tokenizer, (made, entry) => WithToken(made, entry.Part, AddedToken.Read(entry.Part), entry.Id));
    }

    /// <summary>A token that stands beside the tokenizer's own file belongs to it too, as in transformers.</summary>
    private static Tokenizer WithToken(Tokenizer tokenizer, JsonPart part, AddedToken token, int id)
    {
        var whole = tokenizer.IdOf(token.Content) is null ? tokenizer.With([token]) : tokenizer;
        return whole.IdOf(token.Content) is { } found && found == id ? whole : throw part.Error(
            "the file names a token that the tokenizer has under another id",
            string.Create(CultureInfo.InvariantCulture, $"id {id} for '{token.Content}'"),
            string.Create(CultureInfo.InvariantCulture, $"id {whole.IdOf(token.Content)}"));
    }

    /// <summary>
    /// What tokenizer_config.json says of the tokens around a text counts more than tokenizer.json, as in transformers. Where the two agree,
    /// and where it says nothing, the tokenizer stays as it is.
    /// </summary>
    private static Tokenizer WithEnds(Tokenizer tokenizer, JsonPart root)
    {
        if (!root["add_bos_token"].Exists && !root["add_eos_token"].Exists)
        {
            return tokenizer;
        }

        const string Probe = "a";
        int[] plain = tokenizer.Encode(Probe, addSpecialTokens: false), whole = tokenizer.Encode(Probe);
        var at = whole.AsSpan().IndexOf(plain);
        int[] before = whole[..Math.Max(at, 0)], after = at < 0 ? [] : whole[(at + plain.Length)..];
        int[] first = At("add_bos_token", "bos_token", before, begins: true), last = At("add_eos_token", "eos_token", after, begins: false);
        return first.SequenceEqual(before) && last.SequenceEqual(after) ? tokenizer : tokenizer.Around(first, last);

        int[] At(string key, string token, int[] there, bool begins)
        {
            if (!root[key].Exists || !root[token].Exists || tokenizer.IdOf(AddedToken.TextOf(root[token])) is not { } id)
            {
                return there;
            }

            int[] others = [.. there.Where(other => other != id)];
            return !root[key].Flag(false) ? others : begins ? [id, .. others] : [.. others, id];
        }
    }

    private static void ReadJson(string path, Action<JsonPart> read)
    {
        if (File.Exists(path))
        {
            JsonFile.Read(path, root =>
            {
                read(root.Value.ValueKind == JsonValueKind.Object ? root : throw root.Error("wrong kind of value", "an object"));
                return true;
            });
        }
    }
}
