using System.CommandLine;
using PainlessSteering.Data;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Hub;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Training;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas sft</c>: the baseline that steering is compared with, a LoRA adapter trained on the same items.</summary>
internal static class SftCommand
{
    private static readonly Option<string> Out = new("--out") { HelpName = "folder", Description = "Where the adapter goes, in PEFT's layout.", Required = true };
    private static readonly Option<bool> Responses = new("--responses") { Description = "The data has the columns prompt and response: learn the responses." };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on where an interrupted training in --out stopped; the result has the same bytes." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("sft", """
            Fine-tune a model with LoRA on the items and splits of 'pas fit' (multiple-choice prompt -> right letter), or on prompts with
            responses, and say what it does on untouched items. Every command that takes a model takes the result with --adapter.

              pas sft --model ./Llama-3.1-8B-Instruct --data quiz.csv --out quiz-lora
              pas fit --model ./Llama-3.1-8B-Instruct --adapter quiz-lora --data quiz.csv
            """) { Out, Responses, Resume, Json };
        ModelOptions.AddTo(command);
        ItemOptions.AddTo(command);
        SplitOptions.AddTo(command);
        SftArguments.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var (model, target, resume) = (ModelOptions.Path(parsed), parsed.GetRequiredValue(Out), parsed.GetValue(Resume));
        var options = SftArguments.Of(parsed) with { BaseModel = HubCache.NameOf(model) };
        LoadOptions load;
        using (var source = ModelSource.Open(model))
        {
            load = ModelOptions.Loading(parsed, source, (config, type) => WorkingSet.OfPasses(config, type, options.Engine with { RowsPerPass = 0 })); // What a training keeps is bounded by its own budget.
            ModelOptions.TellUnused(parsed, source);
        }

        SftResult result;
        using (var progress = new ProgressLine(error))
        {
            result = parsed.GetValue(Responses) && ItemOptions.File(parsed) is var file
                ? SftTrainer.Train(model, load, PromptResponse.Load(file), file, options, target, resume, progress, cancellation)
                : SftTrainer.Train(model, load, ItemOptions.Load(parsed, options.Protocol, cancellation).Items, options, target, resume, progress, cancellation);
        }

        DataOptions.TellTooLong(parsed, result.LeftOut);
        error.WriteLine($"adapter: {target}");
        try
        {
            var picture = Path.Combine(target, "loss.svg");
            GridPictures.Draw(picture, error, () => LossPlot.Save(result, picture));
        }
        finally
        {
            if (parsed.GetValue(Json))
            {
                JsonOutput.Write(output, result);
            }
            else
            {
                SftReport.Write(Screen.On(output), result);
            }
        }

        return 0;
    }
}
