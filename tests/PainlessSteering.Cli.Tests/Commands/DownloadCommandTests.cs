using PainlessSteering.Tests.Hub;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>Alone: the environment is the whole process's.</summary>
[Collection(nameof(DownloadCommandTests))]
[CollectionDefinition(nameof(DownloadCommandTests), DisableParallelization = true)]
public sealed class DownloadCommandTests : IDisposable
{
    private readonly HubServer _server = new();
    private readonly TinyFolder _tiny = new();

    public DownloadCommandTests()
    {
        foreach (var file in Directory.GetFiles(_tiny.Model))
        {
            _server.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        }

        Set(_server.Endpoint.ToString(), _server.Cache.Path);
    }

    public void Dispose()
    {
        Set(null, null);
        _server.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task AModelThatWasFetchedIsUsedByItsName()
    {
        var missing = await Pas.RunAsync("generate", "--model", HubServer.Name, "What goes with ice?", "--max-tokens", "3");
        Assert.Equal(1, missing.Code);
        Assert.EndsWith("fetch it with 'pas download tiny/model'\n", missing.Error, StringComparison.Ordinal);

        var download = await Pas.RunAsync("download", HubServer.Name);
        Assert.Equal(0, download.Code);
        Assert.True(Directory.Exists(download.Output.TrimEnd('\n')));
        Assert.Matches(@"\Adownload, MB: \d+/\d+ in [\d.]+ s\n\z", download.Error);

        var byName = await Pas.RunAsync("generate", "--model", HubServer.Name, "What goes with ice?", "--max-tokens", "3");
        var byFolder = await Pas.RunAsync("generate", "--model", _tiny.Model, "What goes with ice?", "--max-tokens", "3");
        Assert.Equal((0, byFolder.Output), (byName.Code, byName.Output));

        var fit = await Pas.RunAsync("fit", "--model", HubServer.Name, "--data", _tiny.Items, "--placebos", "1", "--strengths", "1", "--out", _tiny.Vector);
        Assert.Equal(0, fit.Code);
        Assert.Matches(@"│ +model", (await Pas.RunAsync("inspect", _tiny.Vector)).Output);
        var json = (await Pas.RunAsync("download", HubServer.Name, "--json")).Json;
        Assert.Contains("model.safetensors", json["files"]!.AsArray().Select(file => file!.GetValue<string>()));
    }

    [Fact]
    public async Task MistakesAreToldInOneLine()
    {
        Assert.Contains("is not a name on the Hugging Face hub", await _tiny.RefusedAsync("download", "../x"), StringComparison.Ordinal);
        _server.Files.Remove("model.safetensors");
        Assert.Contains("no weights in safetensors or GGUF", await _tiny.RefusedAsync("download", HubServer.Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWaitThatTheHubAsksForIsShown()
    {
        var refusals = 1;
        _server.Fault = context =>
        {
            if (Interlocked.Decrement(ref refusals) < 0)
            {
                return false;
            }

            HubServer.Answer(context, System.Net.HttpStatusCode.TooManyRequests, ("Retry-After", "2"));
            return true;
        };
        var run = await Pas.RunAsync("download", HubServer.Name);
        Assert.Equal(0, run.Code);
        Assert.Matches(@"\Athe hub answers 429 Too Many Requests; attempt 2 of 5 in 2 s\ndownload, MB: \d+/\d+ in [\d.]+ s\n\z", run.Error);
    }

    [Fact]
    public async Task APasswordOfTheAddressIsNeverShown()
    {
        Set(new UriBuilder(_server.Endpoint) { UserName = "anna", Password = "s3cret" }.Uri.ToString(), _server.Cache.Path);
        _server.Fault = context =>
        {
            HubServer.Answer(context, System.Net.HttpStatusCode.Forbidden);
            return true;
        };
        var run = await Pas.RunAsync("download", HubServer.Name, "--json", "--verbose");
        Assert.Equal(1, run.Code);
        Assert.Contains("http://***@127.0.0.1", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Error + run.Output, StringComparison.Ordinal);
    }

    private static void Set(string? endpoint, string? cache)
    {
        Environment.SetEnvironmentVariable("HF_ENDPOINT", endpoint);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", cache);
    }
}
