using System.CommandLine;
using PainlessSteering.Data;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;

namespace PainlessSteering.Cli.Commands;

/// <summary>Options that several verbs share, so that they are spelled and explained the same everywhere.</summary>
internal static class CommonOptions
{
    /// <summary>Adds the stack trace to an error.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    /// <summary>Where activations are kept from one run to the next.</summary>
    public static Option<string?> Cache() => new("--cache") { HelpName = "folder", Description = "Keep predictions and activations of training prompts in this folder and never compute them again; at most 16 GB, safe to share and to delete." };

    /// <summary>What each choice is given its number by.</summary>
    /// <param name="otherwise">What holds where it is not given.</param>
    public static Option<string?> Scorer(string otherwise)
    {
        var option = new Option<string?>("--scorer") { Description = $"What answers: letter, the choice's letter after the multiple-choice prompt; text, the choice's own text after the question; text-norm, the same for each byte of it (default: {otherwise})." };
        option.AcceptOnlyFromAmong([.. Scoring.Scorer.All.Select(scorer => scorer.Name)]);
        return option;
    }

    /// <summary>How strongly a vector acts.</summary>
    public static Option<SteeringStrength?> Strength() => new("--strength") { HelpName = "number", Description = "Factor of the vector, or a percentage such as 10% of how long activations are where it acts (default: the fitted one)." };

    /// <summary>The factor that a strength of a vector comes to; null where none is given.</summary>
    /// <exception cref="PasException">It is a percentage, and the vector's file does not say of what.</exception>
    public static double? Factor(ParseResult parsed, Option<SteeringStrength?> strength, SteeringVector vector)
    {
        try
        {
            return parsed.GetValue(strength) is { } asked ? FitArtifact.Factor(vector, asked) : null;
        }
        catch (PasException e)
        {
            throw e.Of(strength.Name);
        }
    }

    /// <summary>Standard output becomes one JSON document.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of tables." };

    /// <summary>A vector is used on another model than its own.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Use the vector although it was fitted on other weights." };

    /// <summary>An option with a few values, the first of which is the default.</summary>
    public static Option<string> Chosen(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    /// <summary>Which rules hold.</summary>
    public static Option<string> Protocol() => Chosen("--protocol", "sound, or paper: number by number as the released code.", "sound", "paper");

    /// <summary>The rules that were asked for.</summary>
    public static Protocol ProtocolOf(ParseResult parsed, Option<string> option) => parsed.GetValue(option) == "paper" ? Data.Protocol.Paper : Data.Protocol.Sound;

    /// <summary>The option's number, refused below a limit.</summary>
    public static int AtLeast(int least, Option<int> option, ParseResult parsed) => parsed.GetValue(option) is var value && value >= least
        ? value
        : throw new PasException("too small", null, FormattableString.Invariant($"{least} or more"), FormattableString.Invariant($"{value}")) { Setting = option.Name };

    /// <summary>The option's number, refused outside a range.</summary>
    public static int Between(int least, int most, Option<int> option, ParseResult parsed) => AtLeast(least, option, parsed) is var value && value <= most
        ? value
        : throw new PasException("too large", null, FormattableString.Invariant($"{least} to {most}"), FormattableString.Invariant($"{value}")) { Setting = option.Name };
}
