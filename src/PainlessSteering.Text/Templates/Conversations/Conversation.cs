using System.Text.Json;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>
/// The messages of a chat as clients send them, in the forms that a template wants: the one place for every surface. A key that is null is
/// absent, but for the content of an assistant, for which the template decides. A text that an assistant refused with is what it said.
/// </summary>
internal sealed class Conversation
{
    private const int MostKeys = 100;
    private const int MostRoles = 16;
    private const int MostUnread = 100;

    /// <summary>Keys that a prompt does without: what a result answers is known from its place behind the call.</summary>
    private static readonly string[] KnownKeys = ["role", "content", "tool_call_id"];

    private readonly TemplateForms? _forms;
    private readonly HashSet<string> _roles = [];
    private readonly List<string> _unread = [];
    private int _legacyCalls;

    private Conversation(JsonArray messages, TemplateForms? forms)
    {
        _forms = forms;
        Messages = new JsonArray([.. messages.Select((message, i) => Message(message, Invariant($"messages[{i}]")))]);
    }

    /// <summary>The messages for a template.</summary>
    public JsonArray Messages { get; }

    /// <summary>Places of what the template has no place for: keys of messages, such as <c>messages[0].name</c>. Of very many the first.</summary>
    public IReadOnlyList<string> Unread => _unread;

    /// <summary>The first message that the template leaves out because of its role; null for none.</summary>
    public PasException? LeftOut { get; private set; }

    /// <summary>Reads the messages of a chat.</summary>
    /// <param name="messages">As the OpenAI API has them; not changed.</param>
    /// <param name="forms">What the template wants; null where there is none, and every content is one text.</param>
    /// <exception cref="PasException">A message is none, or says something that cannot be read; its place is the way to it, such as <c>messages[0].role</c>.</exception>
    public static Conversation Read(JsonArray messages, TemplateForms? forms)
    {
        try
        {
            using var document = JsonDocument.Parse(messages.ToJsonString(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonTexts.ReadAll(document.RootElement);
            return new Conversation(messages, forms);
        }
        catch (Exception error) when (JsonTexts.IsFault(error))
        {
            throw new PasException("the conversation is nested too deeply, has a key twice, or holds a string that is not valid Unicode", "messages", inner: error);
        }
    }

    private JsonObject Message(JsonNode? node, string place)
    {
        var given = node as JsonObject ?? throw new PasException("a message is no object", place, "an object with 'role' and 'content'", JsonText.Shown(node));
        if (given.Count > MostKeys)
        {
            throw new PasException("a message has too many keys", place, Invariant($"at most {MostKeys}"), Invariant($"{given.Count}"));
        }

        var role = JsonText.Of(given["role"]) is { Length: > 0 } text ? text : throw new PasException("the role is missing", $"{place}.role", "system, user, assistant or tool", given["role"] is { } other ? JsonText.Shown(other) : null);
        var message = new JsonObject();
        foreach (var (key, value) in given.Where(pair => pair.Value is not null))
        {
            message[key] = value!.DeepClone();
        }

        var content = given["content"] is { } said ? MessageContent.Read(said, $"{place}.content") : null;
        role = Role(role, message, place);
        message["role"] = role;
        if (role == "assistant")
        {
            Assistant(message, content, place);
        }
        else
        {
            message["content"] = Form(role, place).Write(content ?? throw new PasException("the content is missing", $"{place}.content"));
        }

        Account(message, content, place);
        return message;
    }

    private void Account(JsonObject message, MessageContent? content, string place)
    {
        bool IsUnread(string key) => !KnownKeys.Contains(key) && _forms?.Names(key) != true;

        _unread.AddRange(message.Select(pair => pair.Key).Where(IsUnread).Select(key => $"{place}.{key}")
            .Concat((content?.OtherKeys ?? []).Where(other => IsUnread(other[(other.LastIndexOf('.') + 1)..])))
            .Take(MostUnread - _unread.Count));
    }

    /// <summary>The role as the template knows it. <c>developer</c> is the API's new name of the system, and <c>function</c> its first one of a tool.</summary>
    private string Role(string role, JsonObject message, string place)
    {
        if (role == "function" && _forms?.Names("function_call") != true)
        {
            message["tool_call_id"] = CallId(_legacyCalls);
            return "tool";
        }

        if (_roles.Add(role) && _roles.Count > MostRoles)
        {
            throw new PasException("too many roles", $"{place}.role", Invariant($"at most {MostRoles} in a conversation"));
        }

        return role == "developer" && _forms?.Names(role) != true ? "system" : role;
    }

    private ContentForm Form(string role, string place)
    {
        var form = _forms?.Of(role) ?? ContentForm.TextOnly;
        if (form == ContentForm.Unwritten)
        {
            LeftOut ??= new PasException("the model's chat template leaves messages of this role out", $"{place}.role", "system, user or assistant", $"'{role}'") { Code = ErrorCodes.NotSupported };
        }

        return form;
    }

    private void Assistant(JsonObject message, MessageContent? content, string place)
    {
        if (JsonText.Of(message["refusal"]) is { } refusal)
        {
            message.Remove("refusal");
            content = content?.And(refusal) ?? MessageContent.Of(refusal);
        }

        var calls = PastCalls.Read(message, place);
        message.Remove("tool_calls");
        if (message["function_call"] is { } legacy && _forms?.Names("function_call") != true)
        {
            message.Remove("function_call");
            calls = PastCalls.Read(new JsonObject { ["tool_calls"] = new JsonArray(PastCalls.Of(legacy, CallId(++_legacyCalls))) }, place);
        }

        if (calls is not null)
        {
            var form = (_forms ?? throw new PasException("a model without a chat template cannot be told of calls of tools", $"{place}.tool_calls") { Code = ErrorCodes.NotSupported }).Calls;
            PastCalls.Shape(calls, form);
            message["tool_calls"] = calls;
            message["content"] = content is null ? form.NullContent ? null : _forms.Empty() : Form("assistant", place).Write(content);
            return;
        }

        message["content"] = content is not null ? Form("assistant", place).Write(content) : _forms is null ? "" : _forms.Nothing;
    }

    private static string CallId(int number) => Invariant($"call{number:00000}");
}
