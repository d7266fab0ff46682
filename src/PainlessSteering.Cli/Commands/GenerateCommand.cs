using System.CommandLine;
using System.Diagnostics;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Vectors;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas generate</c>: continues a prompt, with a vector next to the text without it.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> Prompt = new("prompt") { Description = "Text to continue, as it is: no chat template is applied." };
    private static readonly Option<int?> LogProbabilities = new("--logprobs") { HelpName = "n", Description = "With --json, the log-probability of each token and of the n likeliest in its place." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("generate", """
            Continue a prompt; with a steering vector, show the unsteered and the steered text side by side.

              pas generate --model ./Llama-3.1-8B-Instruct "My favourite colour is"
              pas generate --model ./Llama-3.1-8B-Instruct --vector quiz.safetensors --strength 4 "My favourite colour is"
            """) { Prompt, LogProbabilities, Json };
        SteeringArguments.AddTo(command);
        SamplingArguments.AddTo(command);
        ModelOptions.AddModelTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => RunAsync(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = SamplingArguments.Options(parsed) with { LogProbabilities = parsed.GetValue(LogProbabilities) };
        var applied = SteeringArguments.Applied(parsed);
        using var loaded = ModelOptions.Load(parsed, (config, type) => WorkingSet.OfTexts(config, type, SamplingArguments.Engine(parsed), applied is null ? 1 : 2, options.MaxTokens + WorkingSet.UsualPrompt));
        var (model, prompt, output) = (loaded.Model, parsed.GetRequiredValue(Prompt), parsed.InvocationConfiguration.Output);
        SteeringArguments.EnsureFits(parsed, applied, model);
        await using var engine = new GenerationEngine(model, loaded.Tokenizer, SamplingArguments.Engine(parsed));
        var (tokens, streams) = (loaded.Tokenizer.Encode(prompt), applied is null && !parsed.GetValue(Json));
        var clock = Stopwatch.StartNew();
        var (first, second) = (engine.StreamAsync(tokens, options, cancellation), applied is null ? null : engine.GenerateAsync(tokens, options with { Steering = [applied] }, cancellation));
        var unsteered = await GeneratedText.JoinAsync(first, streams ? piece => TerminalWriter.WriteMade(output, piece.Text) : null);
        var steered = second is null ? null : await second;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new
            {
                Prompt = prompt,
                Unsteered = unsteered,
                Steered = steered,
                Vector = applied is null ? null : Description(applied, SteeringArguments.Path(parsed)!),
                Seconds = clock.Elapsed.TotalSeconds,
            }, loaded.Source);
        }
        else if (steered is not null)
        {
            var table = Screen.Table("unsteered", Invariant($"steered: {VectorReport.InWords(applied!.Vector, applied.Strength)}"));
            table.Expand = true;
            table.AddTexts(unsteered.Text, steered.Text);
            Screen.On(output).Write(table);
        }
        else
        {
            output.WriteLine();
        }

        return 0;
    }

    private static object Description(AppliedVector applied, string path) => new
    {
        File = path,
        applied.Vector.Provenance?.Model,
        applied.Vector.Provenance?.Method,
        Site = applied.Vector.OnlyEdit?.Site.Name,
        applied.Vector.OnlyEdit?.Layer,
        Edits = applied.Vector.Edits.Select(EditSummary.Of),
        applied.Strength,
        Positions = VectorReport.InWords(applied.TokenRule),
    };
}
