using System.Text.Json.Nodes;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Templates;

public sealed class ChatPromptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutATemplateAChatIsPlain()
    {
        var prompt = ChatPrompt.Load(_folder.Path);
        Assert.Equal(
            "Be kind.\n\nUser: Hello\n\nAssistant: Hi.\n\nUser: Who was rude?\n\nAssistant:",
            prompt.Render(Chat(("system", "Be kind."), ("user", "Hello"), ("assistant", "Hi."), ("user", "Who was rude?"))));
        Assert.Equal((true, false, true, "\n\nUser:"), (prompt.AddSpecialTokens, prompt.TakesTools, prompt.LeavesBlank, Assert.Single(prompt.StopStrings)));
        Assert.Contains("found tool", Assert.Throws<PasException>(() => prompt.Render(Chat(("tool", "5")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFoldersTemplateDecides()
    {
        var prompt = ChatPrompt.Load(DemoFolder.PathOf("model"));
        Assert.Equal("Who was rude?", prompt.Render(Chat(("user", "Who was rude?"))));
        Assert.Equal((false, false, false), (prompt.AddSpecialTokens, prompt.TakesTools, prompt.LeavesBlank));
        Assert.Empty(prompt.StopStrings);
    }

    [Theory]
    [InlineData("{{ messages[0].content }}{% if tools %}{{ tools | tojson }}{% endif %}", true)]
    [InlineData("{{ messages[0].content }}{# tools #}", false)]
    [InlineData("{{ raise_exception('no chats today') }}", false)]
    public void ATemplateTakesToolsWhereTheyChangeIt(string template, bool takes)
    {
        _folder.Write("tokenizer_config.json", new JsonObject { ["chat_template"] = template }.ToJsonString());
        Assert.Equal(takes, ChatPrompt.Load(_folder.Path).TakesTools);
    }

    private static ChatTemplateInput Chat(params (string Role, string Content)[] turns) =>
        new(new JsonArray([.. turns.Select(turn => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content })]));
}
