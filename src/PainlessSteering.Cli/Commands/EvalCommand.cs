using System.CommandLine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors.Formats;
using Spectre.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas eval</c>: what a finished vector does on labelled items.</summary>
internal static class EvalCommand
{
    private static readonly Option<string> Vector = new("--vector") { HelpName = "file", Description = "Steering vector that pas fit wrote.", Required = true };
    private static readonly Option<SteeringStrength?> Strength = CommonOptions.Strength();
    private static readonly Option<int> Placebos = new("--placebos") { Description = "Random directions of the same norm; fewer than 19 cannot show that the vector helps.", DefaultValueFactory = _ => FitOptions.DefaultPlacebos };
    private static readonly Option<string?> By = CommonOptions.Scorer("as the vector's fit");
    private static readonly Option<bool> Force = CommonOptions.Force();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("eval", """
            Answer labelled items without and with a steering vector, and say whether it helps there.

            Of the very data of the fit only the untouched test split is answered.

              pas eval --model ./Llama-3.1-8B-Instruct --vector quiz.safetensors --data other.csv
            """) { Vector, Strength, Placebos, By, Force, Json };
        ModelOptions.AddTo(command);
        ItemOptions.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (engine, placebos) = (ModelOptions.Engine(parsed), CommonOptions.AtLeast(0, Placebos, parsed));
        var vector = SafetensorsFormat.Read(parsed.GetRequiredValue(Vector));
        var strength = CommonOptions.Factor(parsed, Strength, vector);
        var from = vector.Provenance!;
        var protocol = Enum.Parse<Data.Protocol>(from.Protocol, ignoreCase: true);
        var (data, _) = ItemOptions.Load(parsed, protocol, cancellation);
        using var loaded = ModelOptions.Load(parsed, (config, type) => WorkingSet.OfPasses(config, type, engine));
        var model = loaded.Model;
        vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, parsed.GetValue(Force));
        var options = new FitOptions
        {
            Layers = [.. vector.Edits.Select(edit => edit.Layer).Distinct()],
            Protocol = protocol,
            Seed = from.Seed,
            SkipLongPrompts = DataOptions.SkipsBadRows(parsed),
            Placebos = placebos,
            Scorer = Scorer.Parse(parsed.GetValue(By) ?? FitArtifact.ScorerOf(vector) ?? Scorer.Letter.Name),
            Engine = engine,
        };
        options = FitArtifact.LetterTokenOf(vector) is { } token ? options with { LetterToken = token } : options;
        EvalResult result;
        using (var progress = new ProgressLine(parsed.InvocationConfiguration.Error))
        {
            result = PasEvaluation.Run(model, loaded.Tokenizer, data, vector, strength, options, progress, cancellation);
        }

        DataOptions.TellTooLong(parsed, result.LeftOut);
        ScorerReport.Tell(parsed.InvocationConfiguration.Error, options, result);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, result, loaded.Source);
        }
        else
        {
            Show(Screen.On(output), result, VectorReport.InWords(vector, result.Strength));
        }

        return 0;
    }

    private static void Show(IAnsiConsole console, EvalResult result, string vector)
    {
        console.WriteLine(result.HeldOut
            ? Invariant($"{result.Items} items: the untouched test split of the data that the vector was fitted on")
            : Invariant($"{result.Items} items"));
        if (result.ActedOn is { } acted)
        {
            console.WriteLine(Invariant($"the vector's condition holds for {acted} of them; the others are answered unsteered, under placebos too"));
        }

        console.WriteLine($"unsteered {Words.Percent(result.UnsteeredAccuracy)}, steered {Words.Percent(result.SteeredAccuracy)}, {FitReport.WithoutReading(result.BestConstantLetter, result.Report, "")}");
        FitReport.WriteVerdict(console, result.Verdict, vector, result.Effect, result.Reasons);
    }
}
