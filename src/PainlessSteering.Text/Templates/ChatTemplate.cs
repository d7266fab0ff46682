using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates.Values;
using static System.FormattableString;

namespace PainlessSteering.Text.Templates;

/// <summary>
/// The chat template of a model folder: turns a conversation into the text that the model was trained on. The text already holds the
/// special tokens, so encode it without adding them again (<see cref="Tokenizer.Encode(string, bool, bool)"/> with <c>addSpecialTokens: false</c>).
/// A template comes from strangers and runs under limits of steps, depth and size. Thread safe.
/// </summary>
public sealed class ChatTemplate
{
    private const int LongestMessage = 1_000;
    private readonly ChatTemplateFiles files;
    private readonly Dictionary<string, Template> parsed = [];

    private ChatTemplate(ChatTemplateFiles files)
    {
        this.files = files;
        foreach (var (name, source) in files.Templates)
        {
            parsed[name] = At(source, source.Text, text => new Template(text));
        }
    }

    /// <summary>Whether a folder has a chat template.</summary>
    /// <param name="folder">A model's folder.</param>
    /// <exception cref="PasException">A file of the folder cannot be understood.</exception>
    public static bool Exists(string folder) => ChatTemplateFiles.Read(folder).Templates.Count > 0;

    /// <summary>Reads <c>chat_template.jinja</c>, <c>chat_template.json</c> or the key <c>chat_template</c> of <c>tokenizer_config.json</c>, the first that is there.</summary>
    /// <param name="path">
    /// A model's folder, of which these files alone are enough; or a file: JSON with the key <c>chat_template</c>, otherwise the template itself,
    /// whose special tokens are those of the folder that it is in.
    /// </param>
    /// <exception cref="PasException">There is no chat template, or one that cannot be parsed.</exception>
    public static ChatTemplate Load(string path)
    {
        return Of(File.Exists(path) ? ChatTemplateFiles.ReadFile(path) : ChatTemplateFiles.Read(path)) ?? throw Missing(path);
    }

    /// <summary>The templates of files that are read; null where they have none.</summary>
    internal static ChatTemplate? Of(ChatTemplateFiles files) => files.Templates.Count > 0 ? new ChatTemplate(files) : null;

    /// <summary>A template of a text.</summary>
    /// <param name="template">Jinja.</param>
    /// <param name="specialTokens">Texts by the names of the variables that the template may use, e.g. <c>bos_token</c>; none by default.</param>
    /// <exception cref="PasException">The template cannot be parsed.</exception>
    public static ChatTemplate Parse(string template, IReadOnlyDictionary<string, string>? specialTokens = null) =>
        Of("the chat template", new Dictionary<string, string> { ["default"] = template }, specialTokens ?? new Dictionary<string, string>());

    /// <summary>The error of a model that has no chat template.</summary>
    internal static PasException Missing(string model) =>
        new("the model has no chat template", model, "chat_template.jinja, or the key 'chat_template' in tokenizer_config.json", remedy: "use an instruction-tuned model, or write the prompt yourself") { Code = ErrorCodes.FileMissing };

    /// <summary>Chat templates that are no files of a folder.</summary>
    /// <param name="place">Where they are from, for errors.</param>
    /// <param name="templates">Texts by name; the one that is used where nothing else is asked for is <c>default</c>.</param>
    /// <param name="specialTokens">Texts by the names of the variables that a template may use, e.g. <c>bos_token</c>.</param>
    /// <exception cref="PasException">A template cannot be parsed.</exception>
    public static ChatTemplate Of(string place, IReadOnlyDictionary<string, string> templates, IReadOnlyDictionary<string, string> specialTokens)
    {
        ArgumentNullException.ThrowIfNull(templates);
        ArgumentNullException.ThrowIfNull(specialTokens);
        return new ChatTemplate(ChatTemplateFiles.Of(place, templates, specialTokens));
    }

    /// <summary>The templates by name.</summary>
    internal IReadOnlyDictionary<string, string> Texts => files.Templates.ToDictionary(template => template.Key, template => template.Value.Text, StringComparer.Ordinal);

    /// <summary>The tokens that templates may use, as texts by the name of the variable; where one is no text it is absent.</summary>
    internal IReadOnlyDictionary<string, string> SpecialTokens => files.SpecialTokens.Where(token => token.Value is string).ToDictionary(token => token.Key, token => (string)token.Value, StringComparer.Ordinal);

    /// <summary>Names of the templates; most models have one, <c>default</c>.</summary>
    public IReadOnlyCollection<string> Names => parsed.Keys;

    /// <summary>Whether a name stands anywhere in a template.</summary>
    internal bool Mentions(string name) => files.Templates.Values.Any(source => source.Text.Contains(name, StringComparison.Ordinal));

    /// <summary>Renders a conversation up to where the assistant's answer begins.</summary>
    /// <param name="messages">The conversation.</param>
    /// <returns>The prompt, with its special tokens.</returns>
    /// <exception cref="PasException">The template refuses the conversation, stops with an error, or exceeds its limits.</exception>
    public string Render(params IEnumerable<TemplateMessage> messages) => Render(ChatTemplateInput.Of(messages));

    /// <summary>Renders a conversation.</summary>
    /// <param name="input">Messages and what else the template asks for.</param>
    /// <param name="cancellation">Ends the rendering.</param>
    /// <returns>The prompt, with its special tokens.</returns>
    /// <exception cref="PasException">The template refuses the conversation, stops with an error, or exceeds its limits.</exception>
    /// <exception cref="OperationCanceledException">The rendering was ended.</exception>
    public string Render(ChatTemplateInput input, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);

        // As transformers chooses: with tools the template for tools, if there is one.
        var name = input.Tools is not null && parsed.ContainsKey("tool_use") ? "tool_use" : "default";
        var template = parsed.GetValueOrDefault(name) ?? throw new PasException(
            "the model has several chat templates and none is the default", files.Templates.First().Value.File, "a template named 'default'", string.Join(", ", Names))
        { Code = ErrorCodes.FileDamaged };
        return At(files.Templates[name], input, given => template.Render(Variables(given), given.Now ?? DateTime.Now, cancellation));
    }

    private PythonDictionary Variables(ChatTemplateInput input)
    {
        var variables = new PythonDictionary();
        foreach (var (token, text) in files.SpecialTokens)
        {
            variables.Set(token, text);
        }

        variables.Set("messages", Value(input.Messages));
        variables.Set("tools", Value(input.Tools));
        variables.Set("documents", Value(input.Documents));
        if (input.AddGenerationPrompt is { } add)
        {
            variables.Set("add_generation_prompt", add);
        }

        foreach (var (name, value) in input.Variables)
        {
            variables.Set(name, Value(value));
        }

        return variables;
    }

    private static object Value(JsonNode? node)
    {
        try
        {
            return node is null ? None.Value : JsonValues.Of(JsonSerializer.SerializeToElement(node));
        }
        catch (Exception error) when (JsonTexts.IsFault(error))
        {
            throw TemplateException.Value("the conversation is nested too deeply, or holds a string that is not valid Unicode");
        }
    }

    private static TResult At<TInput, TResult>(TemplateSource source, TInput input, Func<TInput, TResult> use)
    {
        try
        {
            return use(input);
        }
        catch (TemplateException error)
        {
            var where = error.Line > 0 ? Invariant($"{source.File}, {source.Place}line {error.Line}") : source.File;
            var message = error.Message.Length <= LongestMessage ? error.Message : error.Message[..LongestMessage] + "…";
            throw error.Kind switch
            {
                TemplateException.Refusal => new PasException($"the chat template refuses: {message}", where),
                "TemplateSyntaxError" => new PasException($"the chat template cannot be parsed: {message}", where) { Code = ErrorCodes.FileDamaged },
                _ => new PasException($"the chat template stops: {error.Kind}: {message}", where, inner: error) { Code = ErrorCodes.FileDamaged },
            };
        }
    }
}
