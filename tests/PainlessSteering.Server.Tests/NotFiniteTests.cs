using System.Diagnostics;
using System.Text.Json.Nodes;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Server;

/// <summary>Numbers that no model bears, in vectors and in requests: an error that says which, and nothing else suffers.</summary>
[Collection(ServerCollection.Name)]
public class NotFiniteTests(SharedServer shared)
{
    private const string Chat = "/v1/chat/completions";
    private const string Text = "/v1/completions";

    [Theory]
    [InlineData("base+huge", "1000 at residual of layer 3", false)]
    [InlineData("base+huge", "1000 at residual of layer 3", true)]
    [InlineData("base+r1@5+huge@1", "1 at residual of layer 3", false)] // Not the stronger number but the longer vector.
    public async Task TheErrorNamesStrengthSiteAndLayer(string model, string found, bool stream)
    {
        foreach (var (path, prompt) in new[] { (Chat, "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"), (Text, "\"prompt\":\"a\"") })
        {
            using var response = await shared.Server.PostAsync(path, $$"""{"model":"{{model}}","max_tokens":4,"stream":{{(stream ? "true" : "false")}},{{prompt}}}""");
            var error = await ErrorTests.AssertErrorAsync(response, 400);
            Assert.Contains($"found {found}; lower the strength", (string?)error["message"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OthersInTheSameBatchGoOn()
    {
        var request = new { model = "base+r2", prompt = "A lirp and a yelt", max_tokens = 40, temperature = 0 };
        var alone = (string?)(await shared.Server.AskAsync(Text, request))["choices"]![0]!["text"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            if (i % 3 == 0)
            {
                using var broken = await shared.Server.PostAsync(Text, """{"model":"base+huge","prompt":"A lirp","max_tokens":40}""");
                Assert.Equal(400, (int)broken.StatusCode);
                return alone;
            }

            return (string?)(await shared.Server.AskAsync(Text, request))["choices"]![0]!["text"];
        }));
        Assert.All(answers, answer => Assert.Equal(alone, answer));
    }

    [Theory]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"temperature\":-1e-300", "temperature")]
    [InlineData("\"top_p\":1e999", "top_p")]
    [InlineData("\"min_p\":-1", "min_p")]
    [InlineData("\"top_k\":1e18", "top_k")]
    [InlineData("\"repetition_penalty\":0", "repetition_penalty")]
    [InlineData("\"frequency_penalty\":1e999", "frequency_penalty")]
    [InlineData("\"max_tokens\":1e18", "max_tokens")]
    [InlineData("\"max_tokens\":1000000000000000000", "max_tokens")]
    [InlineData("\"max_tokens\":2147483648", "max_tokens")]
    [InlineData("\"n\":2147483648", "n")]
    [InlineData("\"seed\":18446744073709551616", "seed")]
    [InlineData("\"seed\":1e30", "seed")]
    [InlineData("\"logit_bias\":{\"0\":1e999}", "logit_bias")]
    [InlineData("\"logit_bias\":5", "logit_bias")]
    [InlineData("\"min_tokens\":1e999", "min_tokens")]
    [InlineData("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"strength\":1e999}]}", "steering.vectors[0].strength")]
    [InlineData("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"strength\":3e38}]}", "steering.vectors[0].strength")]
    [InlineData("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"layer\":1e9}]}", "steering.vectors[0].layer")]
    public async Task AnAbsurdNumberIsRefusedByItsField(string field, string param)
    {
        foreach (var (path, prompt) in new[] { (Chat, "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"), (Text, "\"prompt\":\"a\"") })
        {
            using var response = await shared.Server.PostAsync(path, $$"""{"model":"base",{{prompt}},{{field}}}""");
            Assert.Equal(param, (string?)(await ErrorTests.AssertErrorAsync(response, 400))["param"]);
        }
    }

    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(1, 100_000)]
    public async Task AbsurdStopsAreRefused(int count, int length)
    {
        var body = new JsonObject { ["model"] = "base", ["prompt"] = "a", ["stop"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => JsonValue.Create(new string('x', length)))]) };
        using var response = await shared.Server.PostAsync(Text, body.ToJsonString());
        Assert.StartsWith("stop", (string?)(await ErrorTests.AssertErrorAsync(response, 400))["param"], StringComparison.Ordinal);
    }

    /// <summary>A pipe that nobody writes, a link to a device and a link to itself are no vectors, and nobody waits for them.</summary>
    [Fact]
    public async Task WhatIsNoFileInTheFolderOfVectorsIsListedAsNone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the files of Unix");
        using var folder = new TempFolder();
        using (var pipe = Process.Start("mkfifo", [folder.File("pipe.safetensors")]))
        {
            await pipe.WaitForExitAsync();
        }

        File.CreateSymbolicLink(folder.File("zero.safetensors"), "/dev/zero");
        File.CreateSymbolicLink(folder.File("loop.safetensors"), folder.File("loop.safetensors"));
        File.CreateSymbolicLink(folder.File("piped.safetensors"), folder.File("pipe.safetensors"));
        SafetensorsFormat.Write(folder.File("good.safetensors"), DemoVectors.Random(shared.Model, 1));
        var clock = Stopwatch.StartNew();
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = folder.Path }, shared.Model);
        var listed = (await server.GetAsync("/v1/steering/vectors"))["data"]!.AsArray();
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
        Assert.Equal(["good"], listed.Where(vector => vector!["error"] is null).Select(vector => (string?)vector!["id"]));
        using var response = await server.PostAsync(Text, """{"model":"base+pipe","prompt":"a"}""");
        Assert.Equal(404, (int)response.StatusCode);
    }
}
