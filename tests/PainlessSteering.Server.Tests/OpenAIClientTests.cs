using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace PainlessSteering.Tests.Server;

/// <summary>The official OpenAI client for .NET steers by the model's name, without knowing of it.</summary>
[Collection(ServerCollection.Name)]
public class OpenAIClientTests(SharedServer shared)
{
    private const string Prompt = "A lirp and a yelt talked at the river. Who was careless?";

    [Fact]
    public async Task ChatsWholeAndStreamed()
    {
        var unsteered = await AnswerAsync("base");
        var steered = await AnswerAsync("base+honest@3");
        Assert.NotEqual(unsteered, steered);
        foreach (var (model, whole) in new[] { ("base", unsteered), ("base+honest@3", steered) })
        {
            var (text, reasons, usage) = ("", new List<ChatFinishReason>(), (ChatTokenUsage?)null);
            await foreach (var update in Chat(model).CompleteChatStreamingAsync([Prompt], Options()))
            {
                text += string.Concat(update.ContentUpdate.Select(part => part.Text));
                reasons.AddRange(update.FinishReason is { } reason ? [reason] : []);
                usage = update.Usage ?? usage;
            }

            Assert.Equal(whole, text);
            Assert.Single(reasons);
            Assert.Equal(shared.Tokenizer.Encode(Prompt).Length, usage!.InputTokenCount);
        }
    }

    [Fact]
    public async Task LogProbabilitiesAndUsage()
    {
        var options = Options();
        (options.IncludeLogProbabilities, options.TopLogProbabilityCount) = (true, 3);
        ChatCompletion answer = await Chat("base+r1").CompleteChatAsync([new SystemChatMessage("Be kind. "), new UserChatMessage(Prompt)], options);
        Assert.Equal(answer.Content[0].Text, string.Concat(answer.ContentTokenLogProbabilities.Select(token => token.Token)));
        Assert.All(answer.ContentTokenLogProbabilities, token => Assert.Equal(3, token.TopLogProbabilities.Count));
        Assert.Equal(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount);
        Assert.Equal("base+r1", answer.Model);
    }

    [Fact]
    public async Task ErrorsAreTheClientsOwn()
    {
        var unknown = await Assert.ThrowsAsync<ClientResultException>(() => AnswerAsync("gpt-4o"));
        Assert.Equal(404, unknown.Status);
        Assert.Contains("model_not_found", unknown.Message, StringComparison.Ordinal);
        var tooLong = Options();
        tooLong.MaxOutputTokenCount = 100_000;
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Chat("base").CompleteChatAsync([Prompt], tooLong));
        Assert.Equal(400, refused.Status);
        Assert.Contains("context_length_exceeded", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelsAreListed()
    {
        var models = await Client().GetOpenAIModelClient().GetModelsAsync();
        Assert.Contains("base+honest", models.Value.Select(model => model.Id));
        Assert.Equal("base+honest@1.5", (await Client().GetOpenAIModelClient().GetModelAsync("base+honest@1.5")).Value.Id);
    }

    private async Task<string> AnswerAsync(string model) => (await Chat(model).CompleteChatAsync([Prompt], Options())).Value.Content[0].Text;

    private static ChatCompletionOptions Options() => new() { Temperature = 0, MaxOutputTokenCount = 24 };

    private ChatClient Chat(string model) => Client().GetChatClient(model);

    private OpenAIClient Client() => new(new ApiKeyCredential("none is needed"), new OpenAIClientOptions { Endpoint = new Uri(shared.Server.Address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
}
