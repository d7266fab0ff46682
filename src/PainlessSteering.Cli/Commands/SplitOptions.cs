using System.CommandLine;
using PainlessSteering.Data;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options that say which items are for what, and in which order their choices are shown: the same for every verb that learns.</summary>
internal static class SplitOptions
{
    private static readonly Option<string> Rules = CommonOptions.Protocol();
    private static readonly Option<long> SeedOption = new("--seed") { Description = "Decides the split, the orders of the choices and all else that is random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Split = new("--split") { HelpName = "train,val,test", Description = "Shares (default 0.6,0.2,0.2) or counts such as 600,200,400." };
    private static readonly Option<int> Most = new("--max-items") { Description = "Use at most so many items.", DefaultValueFactory = _ => Data.Split.DefaultMaxItems };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Rules, SeedOption, Split, Most })
        {
            command.Add(option);
        }
    }

    /// <summary>Which rules hold.</summary>
    public static Protocol Protocol(ParseResult parsed) => CommonOptions.ProtocolOf(parsed, Rules);

    /// <summary>The seed.</summary>
    public static long Seed(ParseResult parsed) => parsed.GetValue(SeedOption);

    /// <summary>Most items to use.</summary>
    public static int MaxItems(ParseResult parsed) => CommonOptions.AtLeast(1, Most, parsed);

    /// <summary>Sizes of training, validation and test.</summary>
    /// <exception cref="PasException">They are not three shares or three counts.</exception>
    public static SplitSizes Sizes(ParseResult parsed)
    {
        if (parsed.GetValue(Split) is not { } text)
        {
            return SplitSizes.Default;
        }

        var parts = NumberText.Parts(text);
        if (parts.Length > 3 && parts.Length % 2 == 0 && parts.Where((_, i) => i % 2 == 0).All(whole => whole == "0"))
        {
            throw Wrong($"write {string.Join(',', parts.Chunk(2).Select(pair => $"{pair[0]}.{pair[1]}"))}"); // 0,6,0,2,0,2
        }

        try
        {
            double[] numbers = [.. parts.Select(part => NumberText.Real(part, "numbers separated by commas"))];
            return numbers.Length == 3 && SplitSizes.Find(numbers[0], numbers[1], numbers[2]) is { } sizes ? sizes : throw Wrong(null);
        }
        catch (PasException e)
        {
            throw e.Of(Split.Name);
        }

        PasException Wrong(string? remedy) => new("not a split", null, "three shares such as 0.6,0.2,0.2 or three counts such as 600,200,400", $"'{string.Join(',', parts)}'", remedy) { Setting = Split.Name };
    }
}
