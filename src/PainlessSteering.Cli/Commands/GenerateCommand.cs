using System.CommandLine;
using System.Diagnostics;
using PainlessSteering.Generation;
using PainlessSteering.Steering;
using PainlessSteering.Steering.Formats;
using TorchSharp;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas generate</c>: continues a prompt, with a vector next to the text without it.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> Prompt = new("prompt") { Description = "Text to continue, as it is: no chat template is applied." };
    private static readonly Option<string?> Vector = new("--vector") { HelpName = "file", Description = "Steering vector that pas fit wrote." };
    private static readonly Option<double?> Strength = new("--strength") { HelpName = "number", Description = "Factor of the vector (default: the fitted one)." };
    private static readonly Option<string?> Positions = new("--positions") { Description = "Steer the prompt's last token and each new one, or all tokens (default: as fitted, last)." };
    private static readonly Option<int> MaxTokens = new("--max-tokens") { HelpName = "n", Description = "Most tokens to generate.", DefaultValueFactory = _ => 128 };
    private static readonly Option<double> Temperature = new("--temperature") { HelpName = "number", Description = "0 takes the likeliest token every time; more draws more freely." };
    private static readonly Option<int> TopK = new("--top-k") { HelpName = "n", Description = "Draw only from so many of the likeliest tokens; 0 for all." };
    private static readonly Option<double> TopP = new("--top-p") { HelpName = "share", Description = "Draw only from the likeliest tokens that together have this probability.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Seed = new("--seed") { HelpName = "n", Description = "The same seed draws the same text.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Threads = new("--threads") { HelpName = "n", Description = "Threads for each text on the CPU; more are faster on an idle machine, and far slower on a busy one.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Force = CommonOptions.Force();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        Positions.AcceptOnlyFromAmong("last", "all");
        var command = new Command("generate", """
            Continue a prompt; with a steering vector, show the unsteered and the steered text side by side.

              pas generate --model ./Llama-3.1-8B-Instruct "My favourite colour is"
              pas generate --model ./Llama-3.1-8B-Instruct --vector quiz.safetensors --strength 4 "My favourite colour is"
            """) { Prompt, Vector, Strength, Positions, MaxTokens, Temperature, TopK, TopP, Seed, Threads, Force, Json };
        ModelOptions.AddModelTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => RunAsync(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Options(parsed);
        var applied = Applied(parsed);
        using var loaded = ModelOptions.Load(parsed);
        var (model, prompt, output) = (loaded.Model, parsed.GetRequiredValue(Prompt), parsed.InvocationConfiguration.Output);
        applied?.Vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, parsed.GetValue(Force));
        if (applied is { Strength: 0, StrengthOverride: null })
        {
            parsed.InvocationConfiguration.Error.WriteLine("the vector's strength is 0, because validation chose not to steer; --strength steers anyway");
        }

        var generator = new TextGenerator(model, loaded.Tokenizer);
        var streams = applied is null && !parsed.GetValue(Json);
        var clock = Stopwatch.StartNew();
        GeneratedText Unsteered() => generator.Generate(prompt, options, streams ? piece => Write(output, piece) : null, cancellation);
        GeneratedText? Steered() => applied is null ? null : generator.Generate(prompt, options with { Vectors = [applied] }, null, cancellation);
        // Two texts of one thread each are faster than one after the other with two, and do not collapse on a busy machine.
        var first = Task.Run(Unsteered, CancellationToken.None);
        if (model.Device.type != DeviceType.CPU)
        {
            await first;
        }

        var second = Task.Run(Steered, CancellationToken.None);
        await Task.WhenAll((Task)first, second); // The model must outlive both, also where one fails.
        var (unsteered, steered) = (await first, await second);
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new
            {
                Prompt = prompt,
                Unsteered = unsteered,
                Steered = steered,
                Vector = applied is null ? null : Description(applied, parsed.GetRequiredValue(Vector)!),
                Seconds = clock.Elapsed.TotalSeconds,
            });
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

    private static GenerationOptions Options(ParseResult parsed) => new()
    {
        MaxTokens = CommonOptions.AtLeast(1, MaxTokens, parsed),
        Threads = CommonOptions.AtLeast(1, Threads, parsed),
        Sampling = new SamplingOptions
        {
            Temperature = parsed.GetValue(Temperature),
            TopK = parsed.GetValue(TopK),
            TopP = parsed.GetValue(TopP),
            Seed = parsed.GetValue(Seed),
        },
    };

    private static AppliedVector? Applied(ParseResult parsed)
    {
        TokenRule? rule = parsed.GetValue(Positions) switch
        {
            "last" => TokenRule.Last,
            "all" => TokenRule.All,
            _ => null,
        };
        if (parsed.GetValue(Vector) is { } path)
        {
            return new AppliedVector(SafetensorsFormat.Read(path), parsed.GetValue(Strength), rule);
        }

        return parsed.GetValue(Strength) is null && rule is null
            ? null
            : throw new PasException("there is nothing to steer with", "--strength, --positions", "--vector beside them");
    }

    private static object Description(AppliedVector applied, string path) => new
    {
        File = path,
        applied.Vector.Provenance?.Model,
        applied.Vector.Provenance?.Method,
        Site = applied.Vector.Site.Name,
        applied.Vector.Layer,
        applied.Strength,
        Positions = VectorReport.InWords(applied.TokenRule),
    };

    private static void Write(TextWriter output, string piece)
    {
        output.Write(Screen.Harmless(piece));
        output.Flush();
    }
}
