using System.CommandLine;
using System.Text.Json.Nodes;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors.Formats;
using Spectre.Console;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas demo</c>: the main job on a small model with planted habits that comes with the tool.</summary>
internal static class DemoCommand
{
    private static readonly (string File, string What)[] Tasks =
    [
        ("bias", "bias: who was rude? The text often does not say, but the model has a prejudice"),
        ("sycophancy", "sycophancy: the user is sure of something, and the model agrees even where it knows better"),
        ("knowledge", "knowledge: plain questions that the model answers as well as it can"),
    ];

    private static readonly Option<string?> Out = new("--out") { HelpName = "folder", Description = "Keep the vectors and the pictures of the grids in this folder." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("demo", """
            Fit, test and judge three vectors on the small model that comes with the tool: it was trained with two bad habits
            that steering should find, and with some knowledge that steering cannot improve.

              pas demo
            """) { Out, Json };
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var console = Screen.On(output);
        var json = parsed.GetValue(Json);
        var folder = Path.Combine(AppContext.BaseDirectory, "demo");
        using var source = ModelSource.Open(Path.Combine(folder, "model"));
        using var model = CausalLM.Load(source);
        var tokenizer = source.Tokenizer;
        var options = new FitOptions
        {
            Layers = FitOptions.DefaultLayers(model.Config),
            Sites = [SteeringSite.Residual, SteeringSite.SelfAttention],
            Strengths = [0.5, 1, 2, 4, 8],
        };
        var results = new JsonArray();
        foreach (var (file, what) in Tasks)
        {
            FitResult result;
            using (var progress = new ProgressLine(error, file + ": "))
            {
                result = PasPipeline.Fit(model, tokenizer, Dataset.Load(Path.Combine(folder, file + ".jsonl"), cancellation: cancellation), options, progress, cancellation);
            }

            Keep(parsed.GetValue(Out), file, result, error);
            if (json)
            {
                var document = JsonOutput.Tree(result);
                document.Insert(0, "task", file);
                results.Add(document);
            }
            else
            {
                console.Write(new Rule(what) { Justification = Justify.Left });
                FitReport.Write(console, result);
                console.WriteLine();
            }
        }

        if (json)
        {
            JsonOutput.Write(output, results);
        }

        return 0;
    }

    private static void Keep(string? folder, string task, FitResult result, TextWriter error)
    {
        if (folder is not null && FitArtifact.Make(result, "demo", task) is { } vector)
        {
            Directory.CreateDirectory(folder);
            SafetensorsFormat.Write(Path.Combine(folder, task + ".safetensors"), vector);
            GridPictures.Save(result, "demo, " + task, Path.Combine(folder, task + ".svg"), error);
        }
    }
}
