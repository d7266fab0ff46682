using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Server;

/// <summary>A server whose model file is written to: it says so to every request, and lives.</summary>
public sealed class ChangedModelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheServerAnswersThatTheModelChanged(bool cut)
    {
        using var folder = new TinyModelFolder(TinyModels.Llama with { HiddenSize = 8192, ContextLength = 512 }); // Large enough to be mapped.
        using var model = CausalLM.Load(folder.Path);
        await using var server = await RunningServer.StartAsync(options => options with { ModelFolder = folder.Path }, model, TinyModelFolder.Tokenizer);
        var request = new { model = "base", prompt = "abc", max_tokens = 4 };
        await server.AskAsync("/v1/completions", request);
        await using (var file = new FileStream(folder.File("model.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            if (cut)
            {
                file.SetLength(1_000);
            }
            else
            {
                file.Position = file.Length - 1;
                file.WriteByte(1);
            }
        }

        for (var again = 0; again < 3; again++)
        {
            using var response = await server.Client.PostAsJsonAsync("/v1/completions", request, TestContext.Current.CancellationToken);
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal(("server_error", "file_damaged"), ((string)error["type"]!, (string)error["code"]!));
            Assert.DoesNotContain(folder.Path, error.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.NotNull(await server.GetAsync("/v1/models"));
    }

    /// <summary>In the middle of an answer too: the stream ends with the error.</summary>
    [Fact]
    public async Task AnAnswerThatIsUnderWayEndsWithTheError()
    {
        using var folder = new TinyModelFolder(TinyModels.Llama with { HiddenSize = 8192, ContextLength = 8192 });
        folder.Edit("config.json", config => config.Remove("eos_token_id")); // Nothing else ends the answer.
        using var model = CausalLM.Load(folder.Path);
        await using var server = await RunningServer.StartAsync(options => options with { ModelFolder = folder.Path }, model, TinyModelFolder.Tokenizer);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = JsonContent.Create(new { model = "base", prompt = "abc", max_tokens = 8_000, temperature = 0, stream = true }) };
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await using (var file = new FileStream(folder.File("model.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.WriteByte((byte)file.Length); // The same length: a map that lost its end could end the process before the check.
        }

        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.True(rest.Contains("\"code\":\"file_damaged\"", StringComparison.Ordinal), $"{rest.Length} characters that end in {rest[^Math.Min(600, rest.Length)..]}");
        Assert.NotNull(await server.GetAsync("/v1/models"));
    }
}
