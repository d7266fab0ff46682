using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Server;

/// <summary>Answers are those of the library, however they are asked for.</summary>
[Collection(ServerCollection.Name)]
public class AnswerTests(SharedServer shared)
{
    private const string Chat = "/v1/chat/completions";
    private const string Text = "/v1/completions";
    private const string Prompt = "A lirp and a yelt talked at the river. Who was careless?\nA: the lirp\nB: the yelt\nC: cannot be determined\nRespond with a single letter.\nAnswer:";
    private static readonly object[] Messages = [new { role = "user", content = Prompt }];

    [Theory]
    [InlineData("base", null, null)]
    [InlineData("base+r3", "r3", null)]
    [InlineData("base+r3@-2.5", "r3", -2.5)]
    [InlineData("model+r2@8", "r2", 8.0)]
    public async Task ANameSteersAsTheLibraryDoes(string name, string? vector, double? strength)
    {
        var applied = vector is null ? [] : new[] { new AppliedVector(Read(vector), strength) };
        var expected = await ExpectedAsync(applied);
        var answer = await shared.Server.AskAsync(Text, new { model = name, prompt = Prompt, max_tokens = 24, temperature = 0 });
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["text"]);
        var chat = await shared.Server.AskAsync(Chat, new { model = name, messages = Messages, max_tokens = 24, temperature = 0 });
        Assert.Equal(expected.Text, (string?)chat["choices"]![0]!["message"]!["content"]);
        Assert.Equal(expected.Tokens.Count, (int)chat["usage"]!["completion_tokens"]!);
        Assert.Equal(shared.Tokenizer.Encode(Prompt).Length, (int)chat["usage"]!["prompt_tokens"]!);
        Assert.Equal((int)chat["usage"]!["total_tokens"]!, expected.Tokens.Count + shared.Tokenizer.Encode(Prompt).Length);
    }

    [Fact]
    public async Task TheSteeringFieldSaysAllThatAVectorHas()
    {
        var r1 = Read("r1");
        var moved = new SteeringVector(r1.OnlyEdit!.Values, SteeringSite.Mlp, 2, r1.Strength);
        var expected = await ExpectedAsync([new AppliedVector(moved, 6, TokenRule.All), new AppliedVector(Read("r4"), -3)]);
        var steering = new { vectors = new object[] { new { name = "r1", strength = 6, layer = 2, site = "mlp", positions = "all" }, new { name = "r4", strength = -3 } } };
        var answer = await shared.Server.AskAsync(Chat, new { model = "base+r9@50", messages = Messages, max_tokens = 24, temperature = 0, steering });
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["message"]!["content"]);
        var off = await shared.Server.AskAsync(Chat, new { model = "base+r9@50", messages = Messages, max_tokens = 24, temperature = 0, steering = "off" });
        Assert.Equal((await ExpectedAsync([])).Text, (string?)off["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task APercentageIsOfTheActivationsWhereTheVectorWasFitted()
    {
        var honest = Read("honest");
        var expected = await ExpectedAsync([new AppliedVector(honest, FitArtifact.Factor(honest, SteeringStrength.Percent(60)))]);
        object Asked(string name, object vector) => new { model = name, messages = Messages, max_tokens = 24, temperature = 0, steering = new { vectors = new[] { vector } } };
        var named = await shared.Server.AskAsync(Chat, new { model = "base+honest@60%", messages = Messages, max_tokens = 24, temperature = 0 });
        Assert.Equal(expected.Text, (string?)named["choices"]![0]!["message"]!["content"]);
        var field = await shared.Server.AskAsync(Chat, Asked("base", new { name = "honest", strength = "60%" }));
        Assert.Equal(expected.Text, (string?)field["choices"]![0]!["message"]!["content"]);
        foreach (var vector in new object[] { new { name = "honest", strength = "60%", layer = 0 }, new { name = "r1", strength = "60%" } })
        {
            using var refused = await shared.Server.PostAsync(Chat, JsonSerializer.Serialize(Asked("base", vector)));
            var error = JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
            Assert.Equal((400, "steering.vectors[0].strength"), ((int)refused.StatusCode, (string?)error["param"]));
        }
    }

    [Fact]
    public async Task AChatThatNamesNoLengthHasTheServersOwn()
    {
        await using var server = await RunningServer.StartAsync(options => options with { DefaultMaxTokens = 3 }, shared.Model);
        async Task<int> Tokens(object request) => (int)(await server.AskAsync(Chat, request))["usage"]!["completion_tokens"]!;
        Assert.Equal(3, await Tokens(new { model = "base", messages = Messages, temperature = 2, seed = 1 }));
        Assert.Equal(5, await Tokens(new { model = "base", messages = Messages, temperature = 2, seed = 1, max_tokens = 5 }));
    }

    [Fact]
    public async Task AStreamIsTheWholeAnswerInPieces()
    {
        var request = new { model = "base+r5", messages = Messages, max_tokens = 30, temperature = 0.8, seed = 7, n = 3, logprobs = true, top_logprobs = 2 };
        var whole = await shared.Server.AskAsync(Chat, request);
        var pieces = await shared.Server.StreamAsync(Chat, new { request.model, request.messages, request.max_tokens, request.temperature, request.seed, request.n, request.logprobs, request.top_logprobs, stream = true, stream_options = new { include_usage = true } });
        Assert.All(pieces, piece => Assert.Equal("chat.completion.chunk", (string?)piece["object"]));
        Assert.Single(pieces.Select(piece => (string?)piece["id"]).Distinct());
        Assert.Equal(whole["usage"]!.ToJsonString(), pieces[^1]["usage"]!.ToJsonString());
        for (var i = 0; i < 3; i++)
        {
            JsonNode[] mine = [.. pieces.SelectMany(piece => piece["choices"]!.AsArray()).Where(choice => (int)choice!["index"]! == i).Select(choice => choice!)];
            var answer = whole["choices"]![i]!;
            Assert.Equal("assistant", (string?)mine[0]["delta"]!["role"]);
            Assert.Equal((string?)answer["message"]!["content"], string.Concat(mine.Select(choice => (string?)choice["delta"]!["content"])));
            Assert.Equal((string?)answer["finish_reason"], (string?)mine[^1]["finish_reason"]);
            Assert.All(mine[..^1], choice => Assert.Null(choice["finish_reason"]));
            Assert.Equal(
                answer["logprobs"]!["content"]!.AsArray().Select(token => token!.ToJsonString()),
                mine.SelectMany(choice => choice["logprobs"]?["content"]?.AsArray() ?? []).Select(token => token!.ToJsonString()));
        }

        Assert.True(whole["choices"]!.AsArray().Select(choice => (string?)choice!["message"]!["content"]).Distinct().Count() > 1); // Different seeds.
    }

    [Fact]
    public async Task LogProbabilitiesSpellTheAnswer()
    {
        var chat = await shared.Server.AskAsync(Chat, new { model = "base+r2", messages = Messages, max_tokens = 12, temperature = 0, logprobs = true, top_logprobs = 5 });
        var choice = chat["choices"]![0]!;
        var tokens = choice["logprobs"]!["content"]!.AsArray();
        Assert.Equal((string?)choice["message"]!["content"], string.Concat(tokens.Select(token => (string?)token!["token"])));
        Assert.All(tokens, token =>
        {
            var top = token!["top_logprobs"]!.AsArray().Select(other => (double)other!["logprob"]!).ToArray();
            Assert.Equal(5, top.Length);
            Assert.Equal(top.OrderDescending(), top);
            Assert.Equal(top[0], (double)token["logprob"]!); // Greedy.
            Assert.InRange(top.Sum(Math.Exp), 0, 1 + 1e-6);
            Assert.Equal((string?)token["token"], System.Text.Encoding.UTF8.GetString([.. token["bytes"]!.AsArray().Select(value => (byte)value!)]));
        });
        var text = await shared.Server.AskAsync(Text, new { model = "base+r2", prompt = Prompt, max_tokens = 12, temperature = 0, logprobs = 5 });
        var columns = text["choices"]![0]!["logprobs"]!;
        Assert.Equal(tokens.Select(token => (string?)token!["token"]), columns["tokens"]!.AsArray().Select(token => (string?)token));
        Assert.Equal(tokens.Select(token => (double)token!["logprob"]!), columns["token_logprobs"]!.AsArray().Select(value => (double)value!));
        var whole = (string)text["choices"]![0]!["text"]!;
        Assert.All(columns["tokens"]!.AsArray().Zip(columns["text_offset"]!.AsArray()), pair => Assert.Equal((string?)pair.First, whole.Substring((int)pair.Second!, ((string)pair.First!).Length)));
        Assert.All(columns["top_logprobs"]!.AsArray(), top => Assert.Equal(5, top!.AsObject().Count));
    }

    [Fact]
    public async Task SeveralPromptsAndAnswersComeInOrder()
    {
        string[] prompts = ["A lirp", "The weather is", "I am sure rulks"];
        var alone = new List<string?>();
        foreach (var prompt in prompts)
        {
            var one = await shared.Server.AskAsync(Text, new { model = "base", prompt, max_tokens = 8, temperature = 1, seed = 3, n = 2 });
            alone.AddRange(one["choices"]!.AsArray().Select(choice => (string?)choice!["text"]));
        }

        var all = await shared.Server.AskAsync(Text, new { model = "base", prompt = prompts, max_tokens = 8, temperature = 1, seed = 3, n = 2 });
        Assert.Equal(alone, all["choices"]!.AsArray().Select(choice => (string?)choice!["text"]));
        Assert.Equal(Enumerable.Range(0, 6), all["choices"]!.AsArray().Select(choice => (int)choice!["index"]!));
        var tokens = await shared.Server.AskAsync(Text, new { model = "base", prompt = prompts.Select(prompt => shared.Tokenizer.Encode(prompt)), max_tokens = 8, temperature = 1, seed = 3, n = 2 });
        Assert.Equal(all["choices"]!.ToJsonString(), tokens["choices"]!.ToJsonString());
    }

    [Fact]
    public async Task StopStringsEchoAndPartsOfContent()
    {
        var free = await shared.Server.AskAsync(Text, new { model = "base", prompt = "A lirp and a yelt", max_tokens = 20, temperature = 0 });
        var text = (string)free["choices"]![0]!["text"]!;
        var stop = text[5..8];
        var stopped = await shared.Server.AskAsync(Text, new { model = "base", prompt = "A lirp and a yelt", max_tokens = 20, temperature = 0, stop, echo = true });
        Assert.Equal("A lirp and a yelt" + text[..text.IndexOf(stop, StringComparison.Ordinal)], (string?)stopped["choices"]![0]!["text"]);
        Assert.Equal("stop", (string?)stopped["choices"]![0]!["finish_reason"]);
        Assert.Equal("length", (string?)(await shared.Server.AskAsync(Text, new { model = "base", prompt = "A lirp and a yelt", max_tokens = 2, temperature = 0 }))["choices"]![0]!["finish_reason"]);

        var whole = await shared.Server.AskAsync(Chat, new { model = "base", messages = Messages, max_tokens = 5, temperature = 0 });
        object[] parts = [new { type = "text", text = Prompt[..20] }, new { type = "text", text = Prompt[20..] }];
        var joined = await shared.Server.AskAsync(Chat, new { model = "base", messages = new[] { new { role = "user", content = parts } }, max_tokens = 5, temperature = 0, user = "someone", metadata = new { unknown = 1 }, frequency_penalty = 0 });
        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], (string?)joined["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task ASeedDrawsTheSameAndNoSeedDoesNot()
    {
        async Task<string?> Draw(object request) => (string?)(await shared.Server.AskAsync(Text, request))["choices"]![0]!["text"];
        var seeded = new { model = "base", prompt = "The", max_tokens = 30, temperature = 2, seed = long.MaxValue };
        Assert.Equal(await Draw(seeded), await Draw(seeded));
        var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Draw(new { model = "base", prompt = "The", max_tokens = 30, temperature = 2 })));
        Assert.True(drawn.Distinct().Count() > 1);
    }

    private SteeringVector Read(string name) => SafetensorsFormat.Read(Path.Combine(shared.Vectors, name + ".safetensors"));

    private Task<GeneratedText> ExpectedAsync(IReadOnlyList<AppliedVector> vectors) => shared.Server.Engine.GenerateAsync(
        shared.Tokenizer.Encode(Prompt), new GenerationOptions { MaxTokens = 24, Steering = vectors });
}
