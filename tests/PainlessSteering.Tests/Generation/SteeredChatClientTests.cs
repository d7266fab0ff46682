using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using PainlessSteering.Chat;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Text;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Generation;

public sealed class SteeredChatClientTests : IDisposable
{
    private static readonly GenerationOptions Short = new() { MaxTokens = 12 };

    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnAnswerIsThatOfItsPromptWithUsageAndReason()
    {
        await using var services = new ServiceCollection().AddPainlessSteering(_folder.Path, Short).BuildServiceProvider();
        var client = services.GetRequiredService<IChatClient>();
        var response = await client.GetResponseAsync("Once upon a", cancellationToken: TestContext.Current.CancellationToken);
        int[] prompt = Tokenizer.Load(_folder.Path).Encode("User: Once upon a\n\nAssistant:");
        var expected = await services.GetRequiredService<GenerationEngine>().GenerateAsync(prompt, Short with { StopStrings = ["\n\nUser:"], TrimStart = true }, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(expected.Tokens.Count == 12 ? ChatFinishReason.Length : ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((prompt.Length, expected.Tokens.Count), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.Equal(Path.GetFileName(_folder.Path), response.ModelId);
        Assert.Equal(Path.GetFileName(_folder.Path), client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(services.GetRequiredService<GenerationEngine>(), client.GetService<GenerationEngine>());
    }

    [Fact]
    public async Task VectorsSteerByDefaultOrARequestAndOptionsReachTheSampler()
    {
        AppliedVector vector = new(Directions.Make(24, "residual", 1, 3), 2), other = new(Directions.Make(24, "mlp", 0, 4), 3);
        await using var services = new ServiceCollection().AddPainlessSteering(_folder.Path, Short with { Steering = [vector] }).BuildServiceProvider();
        var client = services.GetRequiredService<IChatClient>();
        async Task<string> Answer(ChatOptions? options) => (await client.GetResponseAsync("Once", options, TestContext.Current.CancellationToken)).Text;
        ChatOptions With(params AppliedVector[] vectors) => new() { AdditionalProperties = new() { [SteeredChatClient.SteeringKey] = vectors } };
        var steered = await Answer(null);
        Assert.Equal(steered, await Answer(With(vector)));
        Assert.Equal(3, new[] { steered, await Answer(With()), await Answer(With(other)) }.Distinct().Count());
        Assert.StartsWith(await Answer(new() { MaxOutputTokens = 4 }), steered, StringComparison.Ordinal);
        var drawn = await Answer(new() { Temperature = 5, Seed = 2 });
        Assert.NotEqual(steered, drawn);
        Assert.Equal(drawn, await Answer(new() { Temperature = 5, Seed = 2 }));
        Assert.Equal(steered, await Answer(new() { Temperature = 5, TopK = 1 }));
        Assert.Equal(
            (await client.GetResponseAsync([new(ChatRole.System, "Tell of a dog."), new(ChatRole.User, "Once")], cancellationToken: TestContext.Current.CancellationToken)).Text,
            await Answer(new() { Instructions = "Tell of a dog." }));
        Assert.NotEqual(steered, await Answer(new() { Instructions = "Tell of a dog." }));
        await Assert.ThrowsAsync<PasException>(() => Answer(new() { AdditionalProperties = new() { [SteeredChatClient.SteeringKey] = 3 } }));
    }

    /// <summary>Calls and results reach the template as the OpenAI API writes them, and tools where it has a place for them.</summary>
    [Fact]
    public async Task CallsResultsAndToolsReachTheTemplate()
    {
        const string Template = "{% if tools %}{{ tools[0].function.name }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}{% for t in m.tool_calls %}{{ t.function.name }}{{ t.function.arguments | tojson }}{% endfor %}{{ m.reasoning_content }}{% endfor %}";
        System.IO.File.WriteAllText(_folder.File("tokenizer_config.json"), new JsonObject { ["chat_template"] = Template }.ToJsonString());
        await using var services = new ServiceCollection().AddPainlessSteering(_folder.Path, Short).BuildServiceProvider();
        var client = services.GetRequiredService<IChatClient>();
        List<ChatMessage> messages =
        [
            new(ChatRole.User, "w"),
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("c1", "get", new Dictionary<string, object?> { ["city"] = "Bern", ["days"] = 2 }), new UsageContent(new UsageDetails())]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "cold"), new FunctionResultContent("c2", new { a = 1 })]),
        ];
        async Task<long> Count(ChatOptions? options) => (await client.GetResponseAsync(messages, options, TestContext.Current.CancellationToken)).Usage!.InputTokenCount!.Value;
        long Tokens(string prompt) => Tokenizer.Load(_folder.Path).Encode(prompt, addSpecialTokens: false).Length;
        const string Prompt = "[user]w[assistant]get{\"city\": \"Bern\", \"days\": 2}hm[tool]cold[tool]{\"a\":1}";
        Assert.Equal(Tokens(Prompt), await Count(null));
        Assert.Equal(Tokens("get" + Prompt), await Count(new() { Tools = [AIFunctionFactory.Create((string city) => city, "get")] }));
        await Assert.ThrowsAsync<PasException>(() => Count(new() { ResponseFormat = ChatResponseFormat.Json }));
        await Assert.ThrowsAsync<PasException>(() => Count(new() { FrequencyPenalty = 1 }));
        await Assert.ThrowsAsync<PasException>(() => Count(new() { ToolMode = ChatToolMode.RequireAny }));
    }

    [Fact]
    public void AContainerThatDisposesWithoutWaitingEndsTheEngine()
    {
        GenerationEngine engine;
        using (var services = new ServiceCollection().AddPainlessSteering(_folder.Path, Short).BuildServiceProvider())
        {
            engine = services.GetRequiredService<GenerationEngine>();
            Assert.True(engine.Works);
        }

        Assert.False(engine.Works);
    }

    [Fact]
    public async Task ARequestIsCancelledAndWhatIsNoTextIsRefused()
    {
        await using var services = new ServiceCollection().AddPainlessSteering(_folder.Path, Short with { MaxTokens = 400 }).BuildServiceProvider();
        var client = services.GetRequiredService<IChatClient>();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync("Once", cancellationToken: stop.Token));
        await Assert.ThrowsAsync<PasException>(() => client.GetResponseAsync(
            [new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], cancellationToken: TestContext.Current.CancellationToken));
    }
}
