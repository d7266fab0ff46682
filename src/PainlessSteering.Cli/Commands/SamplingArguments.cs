using System.CommandLine;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options of every verb that generates text: how much, and how its tokens are chosen.</summary>
internal static class SamplingArguments
{
    private static readonly Option<int> MaxTokens = new("--max-tokens") { HelpName = "n", Description = "Most tokens to generate.", DefaultValueFactory = _ => 128 };
    private static readonly Option<double> Temperature = new("--temperature") { HelpName = "number", Description = "0 takes the likeliest token every time; more draws more freely." };
    private static readonly Option<int> TopK = new("--top-k") { HelpName = "n", Description = "Draw only from so many of the likeliest tokens; 0 for all." };
    private static readonly Option<double> TopP = new("--top-p") { HelpName = "share", Description = "Draw only from the likeliest tokens that together have this probability.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> MinP = new("--min-p") { HelpName = "share", Description = "Draw only tokens with at least this share of the likeliest one's probability." };
    private static readonly Option<double> RepetitionPenalty = new("--repetition-penalty") { HelpName = "number", Description = "More than 1 makes tokens rarer that stand in the prompt or the text.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Seed = new("--seed") { HelpName = "n", Description = "The same seed draws the same text.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string[]> Stop = new("--stop") { HelpName = "text", Description = "End before this text; may be given several times.", DefaultValueFactory = _ => [] };
    private static readonly Option<int> Threads = new("--threads") { HelpName = "n", Description = "Threads of a matrix product on the CPU; more are faster on an idle machine, and far slower on a busy one.", DefaultValueFactory = _ => 1 };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { MaxTokens, Temperature, TopK, TopP, MinP, RepetitionPenalty, Seed, Stop, Threads })
        {
            command.Add(option);
        }
    }

    /// <summary>What is asked of a generation.</summary>
    public static GenerationOptions Options(ParseResult parsed) => new()
    {
        MaxTokens = CommonOptions.AtLeast(1, MaxTokens, parsed),
        StopStrings = parsed.GetRequiredValue(Stop),
        Sampling = new SamplingOptions
        {
            Temperature = parsed.GetValue(Temperature),
            TopK = parsed.GetValue(TopK),
            TopP = parsed.GetValue(TopP),
            MinP = parsed.GetValue(MinP),
            RepetitionPenalty = parsed.GetValue(RepetitionPenalty),
            Seed = parsed.GetValue(Seed),
        },
    };

    /// <summary>What is asked of the engine.</summary>
    public static GenerationEngineOptions Engine(ParseResult parsed) => new() { Threads = CommonOptions.AtLeast(1, Threads, parsed) };
}
