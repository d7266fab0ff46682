using System.Text.Json.Nodes;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>What a user of the tool sees of one run.</summary>
internal sealed record PasRun(int Code, string Output, string Error)
{
    /// <summary>The last line of standard error.</summary>
    public string LastError => Error.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Standard output, which must be one JSON document.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>Runs the tool in this process.</summary>
internal static class Pas
{
    public static async Task<PasRun> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var code = await PasTool.RunAsync(args, output, error);
        return new PasRun(code, output.ToString(), error.ToString());
    }
}
