using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates.Conversations;

namespace PainlessSteering.Text.Templates;

/// <summary>
/// How a model wants a chat written: by its folder's chat template, or, where there is none, plainly. Plain is the system message, then
/// <c>User: …</c> and <c>Assistant: …</c> for each turn, parted by empty lines and ending in <c>Assistant:</c>. Messages are those of the OpenAI
/// API; a template gets them in the form that it was written for, whether contents are texts or lists of parts, and arguments of past calls
/// mappings or JSON texts. Thread safe.
/// </summary>
public sealed class ChatPrompt
{
    private const string User = "User", Assistant = "Assistant";

    private readonly ChatTemplate? _template;
    private readonly TemplateForms? _forms;

    /// <summary>With a template, or plainly.</summary>
    /// <param name="template">The model's template; null where it has none.</param>
    /// <exception cref="PasException">The template exceeds its limits on a short conversation.</exception>
    public ChatPrompt(ChatTemplate? template)
    {
        _template = template;
        _forms = template is null ? null : new TemplateForms(template);
    }

    /// <summary>Whether tools change what the template writes.</summary>
    public bool TakesTools => _forms?.TakesTools == true;

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
    /// <exception cref="PasException">A message cannot be read or would be left out, the template refuses the conversation, or a role is unknown.</exception>
    /// <exception cref="OperationCanceledException">The rendering was ended.</exception>
    public string Render(ChatTemplateInput input, CancellationToken cancellation = default)
    {
        var (prompt, conversation) = Write(input, cancellation);
        return conversation.LeftOut is { } error ? throw error : prompt;
    }

    /// <summary>The same, with what the template does not write of the messages.</summary>
    internal (string Prompt, Conversation Conversation) Write(ChatTemplateInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var conversation = Conversation.Read(input.Messages, _forms);
        return (_template?.Render(input with { Messages = conversation.Messages }, cancellation) ?? Plain(conversation.Messages), conversation);
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
}
