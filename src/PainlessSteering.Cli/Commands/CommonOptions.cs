using System.CommandLine;

namespace PainlessSteering.Cli.Commands;

/// <summary>Options that several verbs share, so that they are spelled and explained the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>Adds the stack trace to an error.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    /// <summary>Standard output becomes one JSON document.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of tables." };

    /// <summary>The folder of a model in Hugging Face layout.</summary>
    public static Option<DirectoryInfo> Model() => new("--model") { Description = "Model folder in Hugging Face layout (config.json, *.safetensors, tokenizer.json).", Required = true };
}
