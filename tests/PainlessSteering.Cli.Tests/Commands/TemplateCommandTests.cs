namespace PainlessSteering.Tests.Cli.Commands;

[Collection(StandardInputCollection.Name)]
public sealed class TemplateCommandTests : IDisposable
{
    private const string Template = "{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}{% if add_generation_prompt %}>{% endif %}{{ mood }}{{ tools is none }} {{ strftime_now('%d %b %Y %H') }}";

    private readonly TempFolder _folder = new();

    public TemplateCommandTests() => _folder.Write("tokenizer_config.json", System.Text.Json.JsonSerializer.Serialize(new { chat_template = Template }));

    [Theory]
    [InlineData("""[{"role": "user", "content": "Hé"}]""", "[user] HéTrue 15 Jan 2025 12")]
    [InlineData("""{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true, "mood": "calm", "tools": []}""", "[user] Hi>calmFalse 15 Jan 2025 12")]
    public async Task APromptIsPrintedAsItIs(string input, string prompt)
    {
        var run = await Pas.RunOnAsync(input, "template", "--model", _folder.Path, "--now", "2025-01-15");
        Assert.Equal(new PasRun(0, prompt, ""), run);
    }

    [Fact]
    public async Task ARefusalIsExitCodeOne()
    {
        _folder.Write("tokenizer_config.json", """{"chat_template": "{{ raise_exception('only users') }}"}""");
        var run = await Pas.RunOnAsync("[]", "template", "--model", _folder.Path);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.EndsWith("the chat template refuses: only users", run.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "standard input, line 1: not JSON; expected a list of messages")]
    [InlineData("[{},\n]", "standard input, line 2: not JSON")]
    [InlineData("{}", "standard input, key 'messages': no conversation; expected a list of messages")]
    [InlineData("5", "standard input: wrong kind of value")]
    [InlineData("""{"messages": [], "messages": []}""", "standard input: a key stands twice")]
    [InlineData("""["\ud800"]""", "not valid Unicode")]
    public async Task ABadInputIsAnError(string input, string message)
    {
        var run = await Pas.RunOnAsync(input, "template", "--model", _folder.Path);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains(message, run.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABadDateIsAnError()
    {
        var run = await Pas.RunOnAsync("[]", "template", "--model", _folder.Path, "--now", "today");
        Assert.Equal((1, "pas: error: --now: not a date; expected year-month-day, such as 2025-01-15; found today"), (run.Code, run.LastError));
    }

    public void Dispose() => _folder.Dispose();
}
