using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Templates;

/// <summary>Where a chat template and its special tokens are found, what it is handed, and how it complains.</summary>
public sealed class ChatTemplateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void TheConfigGivesTemplateAndTokens()
    {
        _folder.Write("tokenizer_config.json", """
            {"chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ unk_token }}{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ pad_token is defined }}",
             "bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false}, "pad_token": null}
            """);
        _folder.Write("special_tokens_map.json", """{"unk_token": "<unk>", "bos_token": "<other>"}""");
        Assert.True(ChatTemplate.Exists(_folder.Path));
        Assert.Equal("<s>Hi</s><unk>NoneNoneTrueFalse", ChatTemplate.Load(_folder.Path).Render(Hi));
    }

    [Fact]
    public void AFileOfItsOwnComesFirst()
    {
        _folder.Write("tokenizer_config.json", """{"chat_template": "config", "bos_token": "<s>"}""");
        _folder.Write("chat_template.json", """{"chat_template": "processor"}""");
        Assert.Equal("config", ChatTemplate.Load(_folder.Path).Render(Hi));
        _folder.Write("chat_template.jinja", "{{ bos_token }}file");
        Assert.Equal("<s>file", ChatTemplate.Load(_folder.Path).Render(Hi));
    }

    [Fact]
    public void AProcessorsFileIsEnough()
    {
        _folder.Write("chat_template.json", """{"chat_template": "processor"}""");
        Assert.Equal("processor", ChatTemplate.Load(_folder.Path).Render(Hi));
    }

    [Fact]
    public void ToolsTakeTheTemplateForTools()
    {
        _folder.Write("tokenizer_config.json", """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "{{ tools[0].name }}"}]}""");
        var template = ChatTemplate.Load(_folder.Path);
        Assert.Equal(["default", "tool_use"], template.Names);
        Assert.Equal("plain", template.Render(Hi));
        Assert.Equal("clock", template.Render(Hi with { Tools = JsonNode.Parse("""[{"name": "clock"}]""") }));
    }

    [Fact]
    public void VariablesAndTheClockAreHandedOver()
    {
        _folder.Write("chat_template.jinja", "{{ enable_thinking }} {{ bos_token }} {{ strftime_now('%Y-%m-%d %H:%M') }}");
        var input = Hi with { Variables = new Dictionary<string, JsonNode?> { ["enable_thinking"] = false, ["bos_token"] = "mine" }, Now = new DateTime(2025, 1, 15, 12, 0, 0) };
        Assert.Equal("False mine 2025-01-15 12:00", ChatTemplate.Load(_folder.Path).Render(input));
    }

    [Theory]
    [InlineData("a\n{{ raise_exception('no system role') }}", "chat_template.jinja, line 2: the chat template refuses: no system role")]
    [InlineData("a\n\n{{ messages[0].nothing.x }}", "chat_template.jinja, line 3: the chat template stops: UndefinedError: 'dict object' has no attribute 'nothing'")]
    [InlineData("{{ messages.append(1) }}", "chat_template.jinja, line 1: the chat template stops: SecurityError: access to attribute 'append' of 'list' object is unsafe.")]
    public void AnErrorNamesFileAndLine(string template, string message)
    {
        _folder.Write("chat_template.jinja", template);
        var error = Assert.Throws<PasException>(() => ChatTemplate.Load(_folder.Path).Render(Hi));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat_template.jinja", "{% if %}", "line 1: the chat template cannot be parsed: Expected an expression, got 'end of statement block'")]
    [InlineData("tokenizer_config.json", """{"chat_template": [{"name": "a", "template": "\n{{"}]}""", "tokenizer_config.json, chat_template 'a', line 2: the chat template cannot be parsed")]
    [InlineData("tokenizer_config.json", """{"chat_template": 5}""", "key 'chat_template': wrong kind of value; expected a string; found 5")]
    [InlineData("tokenizer_config.json", """{"chat_template": [{"name": "a"}]}""", "key 'chat_template[0]': the key 'template' is missing")]
    [InlineData("tokenizer_config.json", """{"bos_token": {"x": 1}}""", "key 'bos_token': the key 'content' is missing")]
    [InlineData("tokenizer_config.json", "[1", "not valid JSON")]
    [InlineData("tokenizer_config.json", "{}", "the model has no chat template")]
    public void ABadFolderIsAnError(string file, string content, string message)
    {
        _folder.Write(file, content);
        Assert.Contains(message, Assert.Throws<PasException>(() => ChatTemplate.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralTemplatesNeedADefault()
    {
        _folder.Write("tokenizer_config.json", """{"chat_template": [{"name": "rag", "template": "x"}]}""");
        Assert.Contains("none is the default", Assert.Throws<PasException>(() => ChatTemplate.Load(_folder.Path).Render(Hi)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static ChatTemplateInput Hi => new(JsonNode.Parse("""[{"role": "user", "content": "Hi"}]""")!.AsArray());
}
