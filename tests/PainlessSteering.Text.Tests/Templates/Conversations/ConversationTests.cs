using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Templates.Conversations;

/// <summary>Messages as clients of the OpenAI API send them reach a template in the form that it was written for.</summary>
public sealed class ConversationTests
{
    private const string Texts = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";
    private const string Parts = "{% for m in messages %}[{{ m.role }}]{% for c in m.content %}{% if c.type == 'text' %}{{ c.text }};{% endif %}{% endfor %}{% endfor %}";
    private const string FirstPart = "{% for m in messages %}[{{ m.role }}]{{ m.content[0]['text'] }}{% endfor %}";
    private const string Both = "{% for m in messages %}[{{ m.role }}]{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content %}{{ c.text }};{% endfor %}{% endif %}{% endfor %}";
    private const string SystemText = "{% if messages[0].role == 'system' %}{{ messages[0].content | trim }}{% set messages = messages[1:] %}{% endif %}{% for m in messages %}[{{ m.role }}]{% for c in m.content %}{{ c.text }};{% endfor %}{% endfor %}";
    private const string Concat = "{% for m in messages %}{{ '[' + m.role + ']' + m.content }}{% endfor %}";
    private const string NullSaysCalls = "{% for m in messages %}[{{ m.role }}]{% if m.content is none %}{% for t in m.tool_calls %}{{ t.function.name }}{{ t.function.arguments | tojson }}{% endfor %}{% else %}{{ m.content }}{% endif %}{% endfor %}";
    private const string Calls = "{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}{% if m.tool_calls %}{% for t in m.tool_calls %}{{ t.function.name }}{{ t.function.arguments | tojson }}{% endfor %}{% endif %}{% endfor %}";
    private const string Items = "{% for m in messages %}[{{ m.role }}]{% for t in m.tool_calls %}{% for k, v in t.function.arguments | items %}{{ k }}={{ v }};{% endfor %}{% endfor %}{% endfor %}";
    private const string CallTexts = "{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}{% for t in m.tool_calls %}{{ '```json' + t.function.arguments + '```' }}{% endfor %}{% endfor %}";
    private const string Printed = "{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}{% for t in m.tool_calls %}{{ t.function.arguments }}{% endfor %}{% endfor %}";
    private const string Keyed = "{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}{% if 'tool_calls' in m %}{{ m.tool_calls | length }}{% endif %}{% endfor %}";
    private const string ThreeRoles = "{% for m in messages %}{% if m.role in ['system', 'user', 'assistant'] %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}";

    private const string OneText = """[{"role": "user", "content": "what is it"}]""";
    private const string OnePart = """[{"role": "user", "content": [{"type": "text", "text": "what is it"}]}]""";
    private const string TwoParts = """[{"role": "user", "content": [{"type": "text", "text": "what"}, {"type": "text", "text": " is it"}]}]""";
    private const string System = """[{"role": "system", "content": [{"type": "text", "text": "Be kind."}]}, {"role": "user", "content": "x"}]""";
    private const string Called = """[{"role": "user", "content": "w"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": ARGUMENTS}}]}]""";

    [Theory]
    [InlineData(Texts, OneText, "[user]what is it")]
    [InlineData(Texts, OnePart, "[user]what is it")]
    [InlineData(Texts, TwoParts, "[user]what is it")]
    [InlineData(Parts, OneText, "[user]what is it;")]
    [InlineData(Parts, OnePart, "[user]what is it;")]
    [InlineData(Parts, TwoParts, "[user]what; is it;")]
    [InlineData(FirstPart, OneText, "[user]what is it")]
    [InlineData(FirstPart, TwoParts, "[user]what is it")]
    [InlineData(Both, OneText, "[user]what is it")]
    [InlineData(Both, TwoParts, "[user]what; is it;")]
    [InlineData(Concat, TwoParts, "[user]what is it")]
    [InlineData(SystemText, System, "Be kind.[user]x;")]
    public void AContentIsTextOrPartsAsTheTemplateWants(string template, string messages, string prompt) => Assert.Equal(prompt, Render(template, messages));

    [Theory]
    [InlineData(Texts, "null", "[user]a[assistant][user]x")]
    [InlineData(Concat, "null", "[user]a[assistant][user]x")]
    [InlineData(Parts, "null", "[user]a;[assistant][user]x;")]
    [InlineData(Parts, "[]", "[user]a;[assistant][user]x;")]
    [InlineData(Texts, "null, \"refusal\": \"no\"", "[user]a[assistant]no[user]x")]
    [InlineData(Texts, "[{\"type\": \"refusal\", \"refusal\": \"no\"}]", "[user]a[assistant]no[user]x")]
    [InlineData(Texts, "\"b\", \"refusal\": null, \"audio\": {\"id\": \"a\"}, \"tool_calls\": null, \"function_call\": null", "[user]a[assistant]b[user]x")]
    [InlineData(Keyed, "\"b\", \"tool_calls\": null", "[user]a[assistant]b[user]x")]
    [InlineData(Keyed, "\"b\", \"tool_calls\": []", "[user]a[assistant]b[user]x")]
    public void AnAssistantMaySayNothing(string template, string content, string prompt) =>
        Assert.Equal(prompt, Render(template, $$"""[{"role": "user", "content": "a"}, {"role": "assistant", "content": {{content}}}, {"role": "user", "content": "x"}]"""));

    [Fact]
    public void AnAssistantMayHaveNoContent() =>
        Assert.Equal("[user]a[assistant][user]x", Render(Texts, """[{"role": "user", "content": "a"}, {"role": "assistant"}, {"role": "user", "content": "x"}]"""));

    [Theory]
    [InlineData(Calls, """ "{\"city\": \"Bern\", \"days\": 2}" """, """[user]w[assistant]f{"city": "Bern", "days": 2}""")]
    [InlineData(Calls, """ {"city": "Bern", "days": 2} """, """[user]w[assistant]f{"city": "Bern", "days": 2}""")]
    [InlineData(NullSaysCalls, """ "{\"city\": \"Bern\"}" """, """[user]w[assistant]f{"city": "Bern"}""")]
    [InlineData(Items, """ "{\"city\": \"Bern\", \"days\": 2}" """, "[user][assistant]city=Bern;days=2;")]
    [InlineData(CallTexts, """ "{\"city\": \"Zürich\"}" """, """[user]w[assistant]```json{"city": "Zürich"}```""")]
    [InlineData(CallTexts, """ {"city": "Zürich"} """, """[user]w[assistant]```json{"city":"Zürich"}```""")]
    [InlineData(Printed, """ "{\"city\": \"Bern\"}" """, """[user]w[assistant]{"city": "Bern"}""")]
    [InlineData(Concat, """ "{}" """, "[user]w[assistant]")]
    [InlineData(Calls, """ "" """, "[user]w[assistant]f{}")]
    [InlineData(Calls, """ null """, "[user]w[assistant]f{}")]
    // What is no object cannot be a mapping, and what is no JSON neither: both stay the text that the model wrote.
    [InlineData(Calls, """ "{\"city\": \"Be" """, """[user]w[assistant]f"{\"city\": \"Be" """)]
    [InlineData(Calls, """ "[1]" """, """[user]w[assistant]f"[1]" """)]
    [InlineData(Calls, """ "{\"a\": 1, \"a\": 2}" """, """[user]w[assistant]f"{\"a\": 1, \"a\": 2}" """)]
    public void ArgumentsOfPastCallsAreMappingsOrTextsAsTheTemplateWants(string template, string arguments, string prompt) =>
        Assert.Equal(prompt.Trim(), Render(template, Called.Replace("ARGUMENTS", arguments, StringComparison.Ordinal)));

    [Fact]
    public void TheFirstFormOfCallsIsThatOfToday() => Assert.Equal(
        """[user]w[assistant]f{"a": 1}[tool]5""",
        Render(Calls, """[{"role": "user", "content": "w"}, {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{\"a\": 1}"}}, {"role": "function", "name": "f", "content": "5"}]"""));

    [Theory]
    [InlineData(Texts, "system")]
    [InlineData(Texts + "{# developer #}", "developer")]
    public void TheDeveloperIsTheSystemWhereTheTemplateKnowsNone(string template, string role) =>
        Assert.Equal($"[{role}]Be kind.", Render(template, """[{"role": "developer", "content": "Be kind."}]"""));

    [Theory]
    [InlineData("tool")]
    [InlineData("observer")]
    public void AMessageThatATemplateLeavesOutIsRefused(string role)
    {
        var messages = $$"""[{"role": "user", "content": "w"}, {"role": "{{role}}", "content": "5"}]""";
        Assert.Equal($"[user]w[{role}]5", Render(Texts, messages));
        var error = Assert.Throws<PasException>(() => Render(ThreeRoles, messages));
        Assert.Equal(($"messages[1].role: the model's chat template leaves messages of this role out; expected system, user or assistant; found '{role}'", ErrorCodes.NotSupported), (error.Message, error.Code));
    }

    [Fact]
    public void WhatATemplateDoesNotReadIsTold()
    {
        var messages = JsonNode.Parse("""[{"role": "user", "name": "Ann", "content": [{"type": "text", "text": "a", "cache_control": {}}]}, {"role": "assistant", "content": "b", "audio": {"id": "x"}}]""")!.AsArray();
        Assert.Equal(["messages[0].name", "messages[0].content[0].cache_control", "messages[1].audio"], Prompt(Texts).Write(new ChatTemplateInput(messages), default).Conversation.Unread);
        Assert.Equal(["messages[0].content[0].cache_control", "messages[1].audio"], Prompt(Texts + "{{ messages[0].name }}").Write(new ChatTemplateInput(messages), default).Conversation.Unread);
    }

    [Theory]
    [InlineData("[5]", "messages[0]: a message is no object")]
    [InlineData("[{}]", "messages[0].role: the role is missing")]
    [InlineData("""[{"role": 5, "content": "a"}]""", "messages[0].role: the role is missing; expected system, user, assistant or tool; found 5")]
    [InlineData("""[{"role": "user"}]""", "messages[0].content: the content is missing")]
    [InlineData("""[{"role": "user", "content": {}}]""", "messages[0].content: wrong kind of content")]
    [InlineData("""[{"role": "user", "content": ["a"]}]""", "messages[0].content[0]: a part of the content is no object")]
    [InlineData("""[{"role": "user", "content": [{"type": "text"}]}]""", "messages[0].content[0].text: a part of the content has no text")]
    [InlineData("""[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]""", "messages[0].content[0]: a model of text cannot read this part of the content; expected type 'text'; found 'image_url'")]
    [InlineData("""[{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]""", "found 'input_audio'")]
    [InlineData("""[{"role": "assistant", "tool_calls": 5}]""", "messages[0].tool_calls: wrong kind of value; expected a list of calls; found 5")]
    [InlineData("""[{"role": "assistant", "tool_calls": [{"type": "custom", "custom": {}}]}]""", "messages[0].tool_calls[0].type: this kind of call cannot be read")]
    [InlineData("""[{"role": "assistant", "tool_calls": [{"type": "function", "function": {}}]}]""", "messages[0].tool_calls[0].function.name: a call has no name")]
    [InlineData("""[{"role": "user", "content": "\ud800"}]""", "not valid Unicode")]
    [InlineData("""[{"role": "user", "role": "user", "content": "a"}]""", "a key twice")]
    public void WhatIsNoMessageIsRefusedWithItsPlace(string messages, string error) => Assert.Contains(error, Assert.Throws<PasException>(() => Render(Calls, messages)).Message, StringComparison.Ordinal);

    [Fact]
    public void AModelWithoutATemplateReadsPartsAndRefusesCalls()
    {
        Assert.Equal("User: what is it\n\nAssistant:", new ChatPrompt(null).Render(new ChatTemplateInput(JsonNode.Parse(TwoParts)!.AsArray())));
        var called = JsonNode.Parse(Called.Replace("ARGUMENTS", "\"{}\"", StringComparison.Ordinal))!.AsArray();
        Assert.Contains("messages[1].tool_calls: a model without a chat template", Assert.Throws<PasException>(() => new ChatPrompt(null).Render(new ChatTemplateInput(called))).Message, StringComparison.Ordinal);
    }

    private static string Render(string template, string messages) => Prompt(template).Render(new ChatTemplateInput(JsonNode.Parse(messages)!.AsArray()));

    private static ChatPrompt Prompt(string template) => new(ChatTemplate.Parse(template));
}
