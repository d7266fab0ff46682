using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using static PainlessSteering.Text.Templates.Conversations.TemplateProbe;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>
/// The forms that a template wants messages in, each found when the first message needs it. All renderings that find one out are paid from one
/// <see cref="Budget"/>. Thread safe.
/// </summary>
internal sealed class TemplateForms
{
    private const int MostRoles = 64;

    private readonly ChatTemplate _template;
    private readonly TemplateProbe _probe;
    private readonly ContentForm _user;
    private readonly Lazy<bool> _takesNull;
    private readonly Lazy<CallForm> _calls;
    private readonly ConcurrentDictionary<string, ContentForm> _roles = [];

    /// <param name="template">The template.</param>
    /// <exception cref="PasException">It exceeds its limits on a short conversation.</exception>
    public TemplateForms(ChatTemplate template)
    {
        (_template, _probe) = (template, new TemplateProbe(template));
        using var budget = new Budget();
        _user = Written(_probe.Content(content => new JsonArray(Message("user", content)))) ?? ContentForm.TextOnly;
        TakesTools = _probe.TakesTools(() => new JsonArray(User()));
        _takesNull = new(() => Paid(() => _probe.TakesNull(content => new JsonArray(User(), Message("assistant", content), User()), Empty())));
        _calls = new(() => Paid(() => _probe.Calls(Empty)));
    }

    /// <summary>Whether tools change what the template writes.</summary>
    public bool TakesTools { get; }

    /// <summary>How it wants calls of tools.</summary>
    public CallForm Calls => _calls.Value;

    /// <summary>What stands for no content in an assistant's message without calls.</summary>
    public JsonNode? Nothing => _takesNull.Value ? null : Empty();

    /// <summary>An empty content.</summary>
    public JsonNode Empty() => _user.TakesText ? "" : new JsonArray();

    /// <summary>Whether a name stands anywhere in the template, so that it may be read.</summary>
    public bool Names(string name) => _template.Mentions(name);

    /// <summary>The form of a role's content.</summary>
    public ContentForm Of(string role)
    {
        if (role == "user")
        {
            return _user;
        }

        if (!_roles.TryGetValue(role, out var form))
        {
            form = Paid(() => Probe(role));
            if (_roles.Count < MostRoles)
            {
                _roles[role] = form;
            }
        }

        return form;
    }

    // What the template does not write of the system and the assistant is its decision: it says what the model knows.
    private ContentForm Probe(string role) => role switch
    {
        "system" or "developer" => Written(_probe.Content(content => new JsonArray(Message(role, content), User()))) ?? _user,
        "assistant" => Written(_probe.Content(content => new JsonArray(User(), Message(role, content), User()))) ?? _user,
        _ => Other(_probe.Content(content => Called(Calls, Empty(), Message(role, content))), _probe.Content(content => new JsonArray(User(), Message(role, content)))),
    };

    private ContentForm Other(ContentForm? afterCall, ContentForm? afterUser) =>
        Written(afterCall) ?? Written(afterUser) ?? (afterCall is null && afterUser is null ? _user : ContentForm.Unwritten);

    private static ContentForm? Written(ContentForm? form) => form == ContentForm.Unwritten ? null : form;

    private JsonObject User() => Message("user", _user.Write(MessageContent.Of("?")));

    private static T Paid<T>(Func<T> probe)
    {
        using var budget = new Budget();
        return probe();
    }
}
