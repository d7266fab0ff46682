using System.Globalization;
using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Reads a folder's tokenizer, and compares it with what the files beside it say of the same tokens.</summary>
internal static class FolderTokenizer
{
    private const string Config = "tokenizer_config.json", Added = "added_tokens.json", AddedDecoder = "added_tokens_decoder";

    /// <summary>Keys of tokenizer_config.json that are used, here or by chat templates.</summary>
    private static readonly HashSet<string> Used = new(StringComparer.Ordinal)
    {
        AddedDecoder, "add_bos_token", "add_eos_token", "chat_template", "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens", "extra_special_tokens",
    };

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
        var unused = new List<UnusedPart>();
        ReadJson(Path.Combine(path, Config), root =>
        {
            Compare(tokenizer, root, unused);
            tokenizer = WithEnds(tokenizer, root);
        });
        ReadJson(Path.Combine(path, Added), root =>
        {
            foreach (var entry in root.Value.EnumerateObject())
            {
                Compare(tokenizer, root[entry.Name], entry.Name, root[entry.Name].Number(0, int.MaxValue));
            }
        });
        return (tokenizer, unused);
    }

    private static void Compare(Tokenizer tokenizer, JsonPart root, List<UnusedPart> unused)
    {
        foreach (var key in root.Value.EnumerateObject().Select(entry => entry.Name).Where(key => !Used.Contains(key)))
        {
            unused.Add(new UnusedPart(root[key].Place, Irrelevant.GetValueOrDefault(key, "not a setting that is used here")));
        }

        if (root[AddedDecoder] is { Exists: true } added)
        {
            foreach (var entry in added.Value.EnumerateObject())
            {
                var id = int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw added[entry.Name].Error("the key is no id", "a whole number");
                Compare(tokenizer, added[entry.Name], added[entry.Name].Required("content").Text(), id);
            }
        }
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
            if (!root[key].Exists || !root[token].Exists || tokenizer.IdOf(TokenText(root[token])) is not { } id)
            {
                return there;
            }

            int[] others = [.. there.Where(other => other != id)];
            return !root[key].Flag(false) ? others : begins ? [id, .. others] : [.. others, id];
        }
    }

    /// <summary>A token is a text, or an object whose <c>content</c> is the text.</summary>
    private static string TokenText(JsonPart token) => token.Value.ValueKind == JsonValueKind.Object ? token.Required("content").Text() : token.Text();

    private static void Compare(Tokenizer tokenizer, JsonPart part, string content, int id)
    {
        if (tokenizer.IdOf(content) is var found && found != id)
        {
            throw part.Error(
                "the file names a token that the tokenizer has under another id or not at all",
                string.Create(CultureInfo.InvariantCulture, $"id {id} for '{content}'"),
                found is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"id {found}"));
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
