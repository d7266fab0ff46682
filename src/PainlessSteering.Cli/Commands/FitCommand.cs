using System.CommandLine;
using PainlessSteering.Evaluation;
using PainlessSteering.Steering.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas fit</c>: from a labelled data set to a steering vector and a verdict.</summary>
internal static class FitCommand
{
    private static readonly Option<string> Data = new("--data") { HelpName = "file", Description = "CSV, TSV, JSON, JSONL or Parquet file of labelled items, also with .gz.", Required = true };
    private static readonly Option<string?> Out = new("--out") { HelpName = "file", Description = "Where the vector goes (.safetensors); a picture of the grid is saved beside it." };
    private static readonly Option<string?> Picture = new("--picture") { HelpName = "file", Description = "Where the picture of the grid goes (.svg or .png); default: the vector's name with .svg." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("fit", """
            Fit a steering vector from labelled multiple-choice items, choose layer, strength and method on validation,
            test once on untouched items, and say whether it helps.

              pas fit --model ./Llama-3.1-8B-Instruct --data quiz.csv --out quiz.safetensors
            """) { Data, Out, Picture, Json };
        ModelOptions.AddTo(command);
        DataOptions.AddTo(command);
        GridOptions.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var path = parsed.GetRequiredValue(Data);
        var data = DataOptions.Load(parsed, path);
        if (data.BadRows.Count > 0)
        {
            error.WriteLine(FormattableString.Invariant($"{data.BadRows.Count} rows are not usable and left out"));
        }

        using var loaded = ModelOptions.Load(parsed);
        var options = GridOptions.Of(parsed, loaded.Model.Config) with { Engine = ModelOptions.Engine(parsed) };
        FitResult result;
        using (var progress = new ProgressLine(error))
        {
            result = PasPipeline.Fit(loaded.Model, loaded.Tokenizer, data, options, progress, cancellation);
        }

        Save(parsed, result, Path.GetFileName(Path.TrimEndingDirectorySeparator(loaded.Folder)), Path.GetFileName(path), error);
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, result);
        }
        else
        {
            FitReport.Write(Screen.On(output), result);
        }

        return 0;
    }

    private static void Save(ParseResult parsed, FitResult result, string model, string data, TextWriter error)
    {
        var target = parsed.GetValue(Out);
        if (target is not null)
        {
            if (FitArtifact.Make(result, model, data) is { } vector)
            {
                SafetensorsFormat.Write(target, vector);
                error.WriteLine($"vector: {target}");
            }
            else
            {
                error.WriteLine("no vector is written: it is undefined, because the training items were all answered right, or all wrong");
            }
        }

        var picture = parsed.GetValue(Picture) ?? (target is null ? null : Path.ChangeExtension(target, ".svg"));
        if (picture is not null)
        {
            GridPictures.Save(result, $"{model}, {data}", picture, error);
        }
    }
}
