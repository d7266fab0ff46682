using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PainlessSteering.Engine;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Server;

/// <summary>The commands of docs/server.md, run as they stand but for the port.</summary>
public class ServerDocumentTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(DemoFolder.Root, "..", ".."));

    [Fact]
    public async Task TheCommandsWork()
    {
        var commands = Regex.Matches(File.ReadAllText(Path.Combine(Root, "docs", "server.md")), "```sh\n(.*?)```", RegexOptions.Singleline)
            .SelectMany(block => Regex.Split(block.Groups[1].Value.Trim(), "\n(?! )")).ToList();
        using var vectors = new TempFolder();
        using (var model = CausalLM.Load(DemoFolder.PathOf("model")))
        {
            PainlessSteering.Vectors.Formats.SafetensorsFormat.Write(vectors.File("honest.safetensors"), DemoVectors.Random(model, 1));
        }

        string[] serve = [.. Arguments(commands[0]).Select(argument => argument == "vectors" ? vectors.Path : argument)];
        Assert.Equal(["--model", "assets/demo/model", "--vectors"], serve[..3]);
        await using var server = await ServerProcess.StartAsync(serve[2..]);
        var curls = commands.Where(command => command.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, curls.Count);
        foreach (var curl in curls)
        {
            var answer = await ShellAsync(curl.Replace("http://127.0.0.1:8080/", server.Client.BaseAddress!.ToString(), StringComparison.Ordinal));
            Assert.True(curl.EndsWith("/metrics", StringComparison.Ordinal) ? answer.Contains("painless_tokens_generated", StringComparison.Ordinal) : JsonNode.Parse(answer)!["error"] is null, answer);
        }

        var open = Arguments(commands.Single(command => command.StartsWith("PAS_API_KEY", StringComparison.Ordinal)));
        Assert.Equal(1, (await Pas.RunAsync(["serve", "--model", DemoFolder.PathOf("model"), .. open[2..]])).Code); // Without the key it is refused.
    }

    private static string[] Arguments(string command) => command[(command.IndexOf("pas serve ", StringComparison.Ordinal) + "pas serve ".Length)..].Split(' ');

    private static async Task<string> ShellAsync(string command)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/curl"), "needs curl");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
