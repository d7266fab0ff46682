using System.Text.Json;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates;

/// <summary>What a model folder says about chats: its templates by name, and the special tokens that they may use.</summary>
internal sealed class ChatTemplateFiles
{
    private const string Config = "tokenizer_config.json", Key = "chat_template", Additional = "additional_special_tokens", Extra = "extra_special_tokens";

    /// <summary>Bytes of a template's file: templates of more than a million characters are refused.</summary>
    private const long MostBytes = 4_000_000;

    /// <summary>What a folder calls its special tokens.</summary>
    public static IReadOnlyList<string> TokenNames { get; } = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The keys that name special tokens.</summary>
    public static IReadOnlyList<string> TokenKeys { get; } = [.. TokenNames, Additional, Extra];

    private readonly string folder;

    private ChatTemplateFiles(string folder) => this.folder = folder;

    public Dictionary<string, TemplateSource> Templates { get; } = [];

    /// <summary>Texts by the name of the variable, e.g. <c>bos_token</c>; a token that the model lacks is absent.</summary>
    public Dictionary<string, object> SpecialTokens { get; } = [];

    /// <summary>Keys that are not used, and why: all of chat_template.json and special_tokens_map.json, and those of templates and tokens in tokenizer_config.json.</summary>
    public List<UnusedKey> Unused { get; } = [];

    /// <summary>Templates and tokens that are no files of a folder.</summary>
    public static ChatTemplateFiles Of(string place, IReadOnlyDictionary<string, string> templates, IReadOnlyDictionary<string, string> specialTokens)
    {
        var files = new ChatTemplateFiles(place);
        foreach (var (name, text) in templates)
        {
            files.Templates[name] = new TemplateSource(place, $"chat_template '{name}', ", text);
        }

        foreach (var (name, text) in specialTokens)
        {
            files.SpecialTokens[name] = text;
        }

        return files;
    }

    public static ChatTemplateFiles Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new PasException("there is no such folder", folder, remedy: "name a model's folder") { Code = ErrorCodes.FileMissing };
        }

        var files = new ChatTemplateFiles(folder);
        files.ReadJinja();
        files.ReadJsons();
        return files;
    }

    /// <summary>The same of one file, which is JSON or the template itself; files beside it add special tokens.</summary>
    public static ChatTemplateFiles ReadFile(string file)
    {
        var files = new ChatTemplateFiles(Path.GetDirectoryName(Path.GetFullPath(file))!);
        if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            files.ReadJson(Path.GetFileName(file), root => files.AddTemplates(root[Key]));
            if (files.Templates.Count == 0)
            {
                return files;
            }
        }
        else
        {
            files.Templates["default"] = Jinja(file);
        }

        files.ReadJsons();
        return files;
    }

    private void ReadJsons()
    {
        ReadJson(Config, root =>
        {
            AddTemplates(root[Key]);
            AddTokens(root);
        });
        ReadJson("chat_template.json", root =>
        {
            root.AccountLeniently([Key], new Dictionary<string, string>());
            AddTemplates(root[Key]);
        });
        ReadJson("special_tokens_map.json", root =>
        {
            root.AccountLeniently(TokenKeys, new Dictionary<string, string>());
            AddTokens(root);
        });
    }

    private void ReadJinja()
    {
        var main = Path.Combine(folder, "chat_template.jinja");
        if (!File.Exists(main))
        {
            return;
        }

        Templates["default"] = Jinja(main);
        var others = Path.Combine(folder, "additional_chat_templates");
        foreach (var file in Directory.Exists(others) ? Directory.GetFiles(others, "*.jinja").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            Templates[Path.GetFileNameWithoutExtension(file)] = Jinja(file);
        }
    }

    private static TemplateSource Jinja(string file)
    {
        using var reader = new StreamReader(new MemoryStream(FileLimit.Read(file, MostBytes, "the chat template")));
        return new TemplateSource(file, "", reader.ReadToEnd());
    }

    private void ReadJson(string name, Action<JsonPart> read)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            JsonFile.Read(path, root =>
            {
                read(root);
                Unused.AddRange(root.Source.Unused);
                return true;
            });
        }
    }

    /// <summary>Takes one template, or a list of <c>{"name", "template"}</c>, unless an earlier file had some.</summary>
    private void AddTemplates(JsonPart value)
    {
        if (Templates.Count > 0 || !value.Exists)
        {
            return;
        }

        if (value.Value.ValueKind != JsonValueKind.Array)
        {
            Templates["default"] = new TemplateSource(value.File, "chat_template, ", value.Text());
            return;
        }

        foreach (var entry in value.Items())
        {
            entry.Account(["name", "template"]);
            var name = entry.Required("name").Text();
            Templates[name] = new TemplateSource(value.File, $"chat_template '{name}', ", entry.Required("template").Text());
        }
    }

    private void AddTokens(JsonPart root)
    {
        foreach (var name in TokenNames.Where(name => root[name].Exists))
        {
            SpecialTokens.TryAdd(name, AddedToken.TextOf(root[name]));
        }

        if (root[Additional].Exists)
        {
            SpecialTokens.TryAdd(Additional, new PythonList([.. root[Additional].Items().Select(AddedToken.TextOf)]));
        }

        if (root[Extra] is { Exists: true, Value.ValueKind: JsonValueKind.Object } extra)
        {
            foreach (var member in extra.Value.EnumerateObject())
            {
                SpecialTokens.TryAdd(member.Name, AddedToken.TextOf(extra[member.Name]));
            }
        }
    }
}
