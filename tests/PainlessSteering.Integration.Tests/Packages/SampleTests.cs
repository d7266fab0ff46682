using System.Text.RegularExpressions;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Packages;

/// <summary>Every sample is compiled and run as its first lines say, on the demo model.</summary>
[Collection(BuildCollection.Name)]
public sealed class SampleTests : IDisposable
{
    private const string Question = "A lirp and a yelt met at the market. Who was rude?";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AVectorIsFittedAndSwitchedOnInEveryWay()
    {
        var (model, vector) = (DemoFolder.PathOf("model"), _folder.File("bias.safetensors"));
        var fitted = await SampleAsync("fit", model, DemoFolder.PathOf("bias.jsonl"), vector);
        Assert.Contains("verdict: Helps", fitted, StringComparison.Ordinal);
        Assert.True(File.Exists(vector));

        var chat = await SampleAsync("chat", model, vector, Question);
        var (steered, unsteered) = (After(chat, "steered:"), After(chat, "unsteered:"));
        Assert.NotEqual(steered, unsteered);

        var engine = await SampleAsync("engine", model, vector, Question);
        Assert.Equal(4, Regex.Count(engine, "^strength ", RegexOptions.Multiline));
        Assert.NotEqual(After(engine, "strength 0:"), After(engine, "strength 4:"));

        // The server and IChatClient write the same chat.
        var served = await SampleAsync("serve", model, vector, Question);
        Assert.Equal((unsteered, steered), (After(served, "base:"), After(served, "base+bias:")));
    }

    [Fact]
    public void NoSampleIsLeftOut() => Assert.Equal(
        ["chat", "engine", "fit", "serve"],
        Directory.GetFiles(Path.Combine(DotNet.Repository, "samples"), "*.cs").Select(Path.GetFileNameWithoutExtension).Order());

    private static Task<string> SampleAsync(string name, params string[] arguments) =>
        DotNet.RunAsync(DotNet.Repository, "dotnet", ["run", "-c", DotNet.Configuration, $"samples/{name}.cs", "--", .. arguments]);

    /// <summary>The first line of an answer.</summary>
    private static string After(string output, string head) =>
        Regex.Match(output, $"^{Regex.Escape(head)} *(.+)$", RegexOptions.Multiline) is { Success: true } line ? line.Groups[1].Value.Trim() : throw new InvalidOperationException(output);
}
