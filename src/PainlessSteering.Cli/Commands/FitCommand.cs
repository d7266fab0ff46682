using System.CommandLine;
using PainlessSteering.Data;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Evaluation.Caching;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas fit</c>: from a labelled data set to a steering vector and a verdict.</summary>
internal static class FitCommand
{
    private static readonly Option<string?> Out = new("--out") { HelpName = "file", Description = "Where the vector goes (.safetensors); a picture of the grid is saved beside it." };
    private static readonly Option<string?> Picture = new("--picture") { HelpName = "file", Description = "Where the picture of the grid goes (.svg or .png); default: the vector's name with .svg." };
    private static readonly Option<string?> Condition = new("--condition") { HelpName = "file", Description = "Let the vector act only on prompts like some: a data file of prompts with the columns 'prompt' and 'act' (true or false). A direction and a threshold are fitted, tested and saved with the vector." };
    private static readonly Option<string?> Cache = CommonOptions.Cache();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("fit", """
            Fit a steering vector from labelled multiple-choice items, choose layer, strength and method on validation,
            test once on untouched items, and say whether it helps.

              pas fit --model ./Llama-3.1-8B-Instruct --data quiz.csv --out quiz.safetensors
              pas fit --model ./Llama-3.1-8B-Instruct --task TruthfulQA --out truthful.safetensors
            """) { Out, Picture, Condition, Cache, Json };
        ModelOptions.AddTo(command);
        ItemOptions.AddTo(command);
        GridOptions.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var files = FitFiles.Of(parsed.GetValue(Out), parsed.GetValue(Picture));
        using var source = ModelOptions.Open(parsed);
        var options = GridOptions.Of(parsed, source.Config);
        var (data, name) = ItemOptions.Load(parsed, options.Protocol, cancellation);
        var prompts = parsed.GetValue(Condition) is { } labelled ? ConditionPrompt.Load(labelled) : null;
        using var loaded = ModelOptions.Load(parsed, source, (config, type) => WorkingSet.OfPasses(config, type, options.Engine));
        using var cache = parsed.GetValue(Cache) is { } folder ? new ActivationCache(folder) : null;
        FitResult result;
        SteeringCondition? condition;
        using (var progress = new ProgressLine(error))
        {
            condition = prompts is null ? null : ConditionFit.Fit(loaded.Model, loaded.Tokenizer, prompts, options.Seed, ModelOptions.Engine(parsed), progress, cancellation);
            result = PasPipeline.Fit(loaded.Model, loaded.Tokenizer, data, options with { Cache = cache }, progress, cancellation);
        }

        DataOptions.TellTooLong(parsed, result.LeftOut);
        ScorerReport.Tell(error, result.LetterMass, result.Report.Letters);
        try
        {
            if (condition is not null)
            {
                error.WriteLine($"the vector acts {VectorReport.InWords(condition)}");
            }

            files.Save(result, loaded.Name, name, condition, error);
        }
        finally
        {
            Report(output, result, loaded.Source, parsed.GetValue(Json)); // What took long to find is shown even where it cannot be saved.
        }

        return 0;
    }

    private static void Report(TextWriter output, FitResult result, IModelSource model, bool json)
    {
        if (json)
        {
            JsonOutput.Write(output, result, model);
        }
        else
        {
            FitReport.Write(Screen.On(output), result);
        }
    }
}
