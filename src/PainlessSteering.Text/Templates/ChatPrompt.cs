using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates;

/// <summary>
/// How a model wants a chat written: by its folder's chat template, or, where there is none, plainly. Plain is the system message, then
/// <c>User: …</c> and <c>Assistant: …</c> for each turn, parted by empty lines and ending in <c>Assistant:</c>. Thread safe.
/// </summary>
public sealed class ChatPrompt
{
    private const string User = "User", Assistant = "Assistant";

    private readonly ChatTemplate? _template;

    /// <summary>With a template, or plainly.</summary>
    /// <param name="template">The model's template; null where it has none.</param>
    /// <exception cref="PasException">The template exceeds its limits on a short conversation.</exception>
    public ChatPrompt(ChatTemplate? template)
    {
        _template = template;
        TakesTools = template is not null && HasPlaceForTools(template);
    }

    /// <summary>Whether tools change what the template writes.</summary>
    public bool TakesTools { get; }

    /// <summary>Texts that end an answer: a model without a template goes on to write the user's next turn.</summary>
    public IReadOnlyList<string> StopStrings => _template is null ? [$"\n\n{User}:"] : [];

    /// <summary>Whether an answer begins with a blank that is not its own: without a template it is the one that follows <c>Assistant:</c>.</summary>
    public bool LeavesBlank => _template is null;

    /// <summary>Whether the tokenizer's special tokens are still to be added; a template writes them itself.</summary>
    public bool AddSpecialTokens => _template is null;

    /// <summary>Reads a model folder.</summary>
    /// <param name="folder">The folder, with or without a chat template.</param>
    /// <exception cref="PasException">The template cannot be parsed.</exception>
    public static ChatPrompt Load(string folder) => new(ChatTemplate.Exists(folder) ? ChatTemplate.Load(folder) : null);

    /// <summary>Writes a chat up to where the answer begins.</summary>
    /// <param name="input">The conversation and what else a template may ask for.</param>
    /// <param name="cancellation">Ends the rendering.</param>
    /// <exception cref="PasException">The template refuses the conversation, or a role is unknown where there is no template.</exception>
    /// <exception cref="OperationCanceledException">The rendering was ended.</exception>
    public string Render(ChatTemplateInput input, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _template?.Render(input, cancellation) ?? Plain(input.Messages);
    }

    private static string Plain(JsonArray messages)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            var (role, content) = ((string?)message!["role"], (string?)message["content"]);
            text.Append(role switch
            {
                "system" => "",
                "user" => $"{User}: ",
                "assistant" => $"{Assistant}: ",
                _ => throw new PasException("the model has no chat template for this role", expected: "system, user or assistant", found: role) { Code = ErrorCodes.NotSupported },
            }).Append(content).Append("\n\n");
        }

        return text.Append($"{Assistant}:").ToString();
    }

    private static bool HasPlaceForTools(ChatTemplate template)
    {
        var input = new ChatTemplateInput([new JsonObject { ["role"] = "user", ["content"] = "?" }]) { Now = DateTime.UnixEpoch };
        var tool = new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = "probe", ["description"] = "", ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() } } };
        try
        {
            return template.Render(input) != template.Render(input with { Tools = new JsonArray(tool) });
        }
        catch (PasException error) when (error.InnerException is not TemplateException { IsLimit: true })
        {
            return false;
        }
    }
}
