using System.Text.Json.Nodes;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests;

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
    /// <summary>Standard input is one for the whole process.</summary>
    private static readonly SemaphoreSlim Input = new(1);

    /// <summary>Runs the tool with a text on standard input.</summary>
    public static async Task<PasRun> RunOnAsync(string input, params string[] args)
    {
        await Input.WaitAsync();
        var outer = Console.In;
        Console.SetIn(new StringReader(input));
        try
        {
            return await RunAsync(args);
        }
        finally
        {
            Console.SetIn(outer);
            Input.Release();
        }
    }

    public static async Task<PasRun> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var code = await PasTool.RunAsync(args, output, error);
        return new PasRun(code, output.ToString(), error.ToString());
    }
}
