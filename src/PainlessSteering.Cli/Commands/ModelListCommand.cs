using System.CommandLine;
using System.Globalization;
using PainlessSteering.Hub.Stores;
using Spectre.Console;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas model list</c>: the models on this machine that a name stands for.</summary>
internal static class ModelListCommand
{
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("list", """
            List the models that are on this machine: in the cache of the Hugging Face hub, and where Ollama, LM Studio and llama.cpp
            keep theirs. Each stands under the name that --model takes. Only the headers of the files are read. LOADED is about
            what the weights take in memory with the default --dtype; prompts and sweeps need more.

              pas model list
            """) { Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        ListedModel[] models = [.. ModelStores.FromEnvironment().Models().Select(ListedModel.Of)];
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new { Models = models });
            return 0;
        }

        if (models.Length == 0)
        {
            output.WriteLine("no model; fetch one with 'pas download owner/name'");
            return 0;
        }

        var table = Screen.Table("name", "architecture", "parameters", "format", "size", "loaded");
        table.Columns[0].NoWrap(); // A name is there to be copied.
        foreach (var model in models.Where(model => model.Supported))
        {
            table.AddTexts(model.Name, model.Architecture!, Count(model.Parameters!.Value), model.Format!, ByteSize.Show(model.Bytes!.Value), ByteSize.Show(model.LoadedBytes!.Value));
        }

        if (models.Any(model => model.Supported))
        {
            Screen.On(output).Write(table);
        }

        foreach (var model in models.Where(model => !model.Supported))
        {
            output.WriteLine($"not usable: {model.Name}: {model.Problem}".ReplaceLineEndings(" "));
        }

        return 0;
    }

    private static string Count(long parameters) => parameters switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.0} B"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0} M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameters}"),
    };
}
