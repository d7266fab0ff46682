using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Server;

/// <summary>A server with the demo model on a free port of this machine.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CausalLM? _ownModel;

    private RunningServer(WebApplication app, CausalLM? ownModel)
    {
        (_app, _ownModel) = (app, ownModel);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public GenerationEngine Engine => _app.Services.GetRequiredService<GenerationEngine>();

    public WebApplication App => _app;

    /// <summary>A part of the server.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Starts a server.</summary>
    /// <param name="change">Changes the options.</param>
    /// <param name="model">The model; a new one if null.</param>
    /// <param name="tokenizer">Its tokenizer; that of the demo model if null.</param>
    public static async Task<RunningServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null, CausalLM? model = null, Tokenizer? tokenizer = null)
    {
        var folder = DemoFolder.PathOf("model");
        var own = model is null ? CausalLM.Load(folder) : null;
        var options = new ServerOptions { ModelFolder = folder, Port = 0 };
        options = change?.Invoke(options) ?? options;
        var app = PasServer.Create(options, model ?? own!, tokenizer ?? Tokenizer.Load(folder));
        await PasServer.StartAsync(app, options);
        return new RunningServer(app, own);
    }

    /// <summary>Sends a body.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        Client.PostAsync(path, new StringContent(body, Encoding.UTF8, type));

    /// <summary>The answer to a request that must succeed.</summary>
    public async Task<JsonNode> AskAsync(string path, object request)
    {
        using var response = await Client.PostAsJsonAsync(path, request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>The documents of a stream, which must end with [DONE].</summary>
    public async Task<IReadOnlyList<JsonNode>> StreamAsync(string path, object request)
    {
        using var response = await Client.PostAsJsonAsync(path, request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        return [.. events[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!)];
    }

    /// <summary>A document that must be there.</summary>
    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _ownModel?.Dispose();
    }
}
