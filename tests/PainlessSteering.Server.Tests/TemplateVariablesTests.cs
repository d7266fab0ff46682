using System.Text.Json.Nodes;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Server;

/// <summary>Variables of a chat template that a request sets.</summary>
public class TemplateVariablesTests
{
    private const string Template = "{% if enable_thinking %}Was the yelt rude? {% endif %}{{ messages[0].content }}";

    [Fact]
    public async Task ARequestSetsVariablesOfItsTemplate()
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer_config.json", new JsonObject { ["chat_template"] = Template }.ToJsonString());
        await using var server = await RunningServer.StartAsync(options => options with { ModelFolder = folder.Path });
        var tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
        foreach (var thinks in new[] { false, true })
        {
            var answer = await server.AskAsync("/v1/chat/completions", new
            {
                model = "base",
                max_tokens = 1,
                messages = new[] { new { role = "user", content = "A lirp" } },
                chat_template_kwargs = new { enable_thinking = thinks },
            });
            Assert.Equal(tokenizer.Encode(thinks ? "Was the yelt rude? A lirp" : "A lirp").Length, answer["usage"]!["prompt_tokens"]!.GetValue<int>());
        }
    }
}
