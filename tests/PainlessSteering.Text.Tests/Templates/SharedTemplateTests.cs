using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Templates;

/// <summary>Real chat templates against the renderings and refusals of Python's Jinja2 under the settings of transformers.</summary>
public sealed class SharedTemplateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void EveryCaseOfEveryTemplateMatches()
    {
        var cases = JsonNode.Parse(Shared.Open("templates", "expected.json"))!.AsArray();
        Assert.True(cases.Count > 100);
        foreach (var one in cases)
        {
            _folder.Write("chat_template.jinja", File.ReadAllText(Shared.PathOf("templates", one!["template"]!.GetValue<string>())));
            var template = ChatTemplate.Load(_folder.Path);
            var prompt = new ChatPrompt(template);
            var context = one["context"]!.AsObject();
            var input = new ChatTemplateInput(context["messages"]!.AsArray())
            {
                Tools = context["tools"],
                Documents = context["documents"],
                AddGenerationPrompt = null,
                Variables = context.Where(entry => entry.Key is not ("messages" or "tools" or "documents")).ToDictionary(),
                Now = new DateTime(2025, 1, 15, 12, 0, 0),
            };
            if (one["ok"] is { } expected)
            {
                Assert.Equal(expected.GetValue<string>(), template.Render(input));
                Assert.Equal(expected.GetValue<string>(), prompt.Write(input, default).Prompt); // Nothing needs another form here.
            }
            else
            {
                var message = one["error"]!.GetValue<string>();
                Assert.Contains(message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..], Assert.Throws<PasException>(() => template.Render(input)).Message, StringComparison.Ordinal);
            }
        }
    }

    public void Dispose() => _folder.Dispose();
}
