using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Server;

/// <summary>The signal to stop, and what is refused before the start.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task TheSignalLetsRunningAndWaitingAnswersEnd()
    {
        await using var server = await ServerProcess.StartAsync("--max-running", "1");
        var begun = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => BeginAsync(server.Client, "The", 200)));
        server.Signal(); // The first pieces of the last are there, so that the others are done or were refused nothing.
        var answers = await Task.WhenAll(begun.Select(response => response.Content.ReadAsStringAsync()));
        Assert.All(answers, answer => Assert.EndsWith("data: [DONE]\n\n", answer, StringComparison.Ordinal));
        Assert.Equal(0, await server.EndAsync());
        Assert.Contains("stopping", server.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTakesLongerThanTheDrainIsEnded()
    {
        await using var server = await ServerProcess.StartAsync("--drain", "0");
        using var response = await BeginAsync(server.Client, Enumerable.Repeat("The", 32), 500);
        server.Signal();
        Assert.Equal(0, await server.EndAsync());
    }

    [Theory]
    [InlineData("--host", "0.0.0.0", "API key")]
    [InlineData("--host", "example.com", "--host")]
    [InlineData("--vectors", "/nowhere", "/nowhere")]
    [InlineData("--api-key", "short", "API key")]
    [InlineData("--api-key-file", "/nowhere", "/nowhere")]
    [InlineData("--port", "70000", "0 to 65535")]
    [InlineData("--drain", "60", "--drain")]
    public async Task WhatCannotBeServedIsToldAtOnce(string option, string value, string told)
    {
        var run = await Pas.RunAsync("serve", "--model", DemoFolder.PathOf("model"), option, value);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(@"\Apas: error: [^\n]+\n\z", run.Error);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortOfAnotherProgramIsToldInOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var run = await Pas.RunAsync("serve", "--model", DemoFolder.PathOf("model"), "--port", $"{port}");
        Assert.Equal((1, $"pas: error: --port: another program listens there; expected a free port; found {port}; stop the other program or choose another port; 0 takes any that is free\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task AnAddressOfAnotherMachineIsToldInOneLine()
    {
        var run = await Pas.RunAsync("serve", "--model", DemoFolder.PathOf("model"), "--port", "0", "--api-key", "long-enough", "--host", "203.0.113.7");
        Assert.Equal((1, "pas: error: --host: is not an address of this machine; expected 127.0.0.1, 0.0.0.0 for all, or one of its own; found 203.0.113.7\n"), (run.Code, run.Error));
    }

    private static async Task<HttpResponseMessage> BeginAsync(HttpClient client, object prompt, int tokens)
    {
        var request = new { model = "base", prompt, max_tokens = tokens, temperature = 2, stream = true };
        var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = JsonContent.Create(request) }, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return response;
    }
}
