using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace PainlessSteering.Cli;

/// <summary>Makes one line of what is wrong with a command line: the first mistake, the nearest right name and where the help is.</summary>
internal static partial class CommandLineMistake
{
    /// <summary>Whether the only mistake is that the verb, or the verb's verb, is missing.</summary>
    public static bool IsWithoutVerb(ParseResult parsed) => parsed.UnmatchedTokens.Count == 0 && parsed.Errors.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;

    /// <summary>The error of a command line; null where there is none.</summary>
    public static PasException? Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = FullName(parsed.CommandResult);
        var help = $"see {name} --help";
        if ((OptionAsArgument(parsed) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null)) is not { } unknown)
        {
            return OptionValues.Mistake(parsed) is { } value ? value : parsed.Errors.Count == 0 ? null : new PasException(IsWithoutVerb(parsed) ? "a verb is missing" : InWords(parsed.Errors[0]), name, remedy: help) { Code = ErrorCodes.WrongCommand };
        }

        var (what, names) = unknown.StartsWith('-') ? ("there is no such option", OptionNames(parsed.CommandResult))
            : command.Subcommands.Count > 0 ? ("there is no such verb", command.Subcommands.Select(verb => verb.Name))
            : ("there is an argument too many", []);
        var nearest = Suggestion.Nearest(unknown, names);
        return new PasException(what, name, found: $"'{OneLine(unknown)}'", remedy: nearest is null ? help : $"did you mean '{nearest}'? {help}") { Code = ErrorCodes.WrongCommand };
    }

    /// <summary>A misspelled option that the parser took for a file or a text; one that is meant so stands behind <c>--</c>.</summary>
    private static string? OptionAsArgument(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    /// <summary>The words of the parser, in one line and without names of .NET's types.</summary>
    private static string InWords(ParseError error)
    {
        var line = OneLine(TypeName().Replace(error.Message, "")).TrimEnd('.');
        return char.ToLowerInvariant(line[0]) + line[1..];
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string FullName(CommandResult command) => command.Parent is CommandResult parent ? $"{FullName(parent)} {command.Command.Name}" : "pas";

    /// <summary>Names and aliases of all options that the verb takes, those of the whole tool among them.</summary>
    private static IEnumerable<string> OptionNames(CommandResult command)
    {
        for (var result = command; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => option.Recursive || result == command))
            {
                yield return option.Name;
            }
        }
    }

    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex TypeName();
}
