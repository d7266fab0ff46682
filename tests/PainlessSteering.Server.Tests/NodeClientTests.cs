using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Server;

/// <summary>The official OpenAI client for JavaScript, installed from npm into a folder of its own.</summary>
public sealed class NodeClientTests
{
    private const string Package = "openai@7";

    [Fact]
    public async Task TheJavaScriptClientSteers()
    {
        Assert.SkipWhen(Find("node") is null || Find("npm") is null, "needs Node.js with npm");
        using var folder = new TempFolder();
        folder.Write("package.json", """{"type":"module","private":true}""");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "client.mjs"), folder.File("client.mjs"));
        var (installed, why) = await RunAsync(folder.Path, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", Package]);
        Assert.SkipWhen(installed != 0, $"needs the package {Package} from npm: {why}");

        using var vectors = new TempFolder();
        using var model = PainlessSteering.Engine.CausalLM.Load(Demo.DemoFolder.PathOf("model"));
        PainlessSteering.Vectors.Formats.SafetensorsFormat.Write(vectors.File("honest.safetensors"), DemoVectors.Random(model, 2, strength: 3));
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = vectors.Path, ApiKeys = ["key-of-anna"] }, model);
        const string Prompt = "A lirp and a yelt talked at the river. Who was careless?";
        var (code, output) = await RunAsync(folder.Path, "node", ["client.mjs", Prompt, "base+honest@3"], ("BASE_URL", new Uri(server.Address, "/v1").ToString()), ("API_KEY", "key-of-anna"));
        Assert.True(code == 0, output);
        var seen = JsonNode.Parse(output)!;
        var whole = (string?)seen["whole"];
        Assert.NotEqual("", whole);
        Assert.All(new[] { "tokens", "streamed", "viaField", "text" }, name => Assert.Equal(whole, (string?)seen[name]));
        Assert.Equal(["base", "model", "base+honest"], seen["models"]!.AsArray().Select(name => (string?)name));
        Assert.InRange((int)seen["usage"]!["completion_tokens"]!, 1, 24);
        Assert.Equal(
            ["NotFoundError model_not_found model", "BadRequestError  max_tokens"],
            seen["failures"]!.AsArray().Take(2).Select(failure => $"{failure!["name"]} {failure["code"]} {failure["param"]}"));
        Assert.Equal(3, (int)seen["pieces"]!);
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static async Task<(int Code, string Output)> RunAsync(string folder, string program, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? await output : await error);
    }
}
