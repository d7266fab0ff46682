using System.CommandLine;
using System.CommandLine.Parsing;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Cli;

/// <summary>
/// How values of options and arguments are read, whatever the verb: numbers by <see cref="NumberText"/>, not by the parser's own way, which takes 1,5
/// for 15; and what names a file or a folder is not empty.
/// </summary>
internal static class OptionValues
{
    private static readonly Dictionary<Type, Action<string>> Numbers = new()
    {
        [typeof(int)] = text => Whole(text),
        [typeof(long)] = text => NumberText.Whole(text),
        [typeof(double)] = text => NumberText.Real(text),
        [typeof(SteeringStrength)] = text => SteeringStrength.Parse(text),
    };

    /// <summary>Makes every number of a verb, and of the verbs below it, be read so.</summary>
    public static void ReadBy(Command command)
    {
        foreach (var symbol in command.Options.Concat<Symbol>(command.Arguments))
        {
            Bind(symbol);
        }

        foreach (var verb in command.Subcommands)
        {
            ReadBy(verb);
        }
    }

    /// <summary>Whether a value is a number, or several.</summary>
    public static bool IsNumber(Type value) => Numbers.ContainsKey(ElementOf(value));

    /// <summary>The error of the first value that cannot be read; null where there is none.</summary>
    public static PasException? Mistake(ParseResult parsed)
    {
        foreach (var result in parsed.CommandResult.Children)
        {
            var (name, kind, type) = result switch
            {
                OptionResult option => (option.Option.Name, option.Option.HelpName, option.Option.ValueType),
                ArgumentResult argument => (argument.Argument.Name, argument.Argument.HelpName ?? argument.Argument.Name, argument.Argument.ValueType),
                _ => ("", null, typeof(string)),
            };
            if (result.Tokens.Select(token => Mistake(token.Value, kind, type)).FirstOrDefault(mistake => mistake is not null) is { } mistake)
            {
                return mistake.Of(name);
            }
        }

        return null;
    }

    private static PasException? Mistake(string text, string? kind, Type type)
    {
        if (text.Length == 0 && kind is not null && new[] { "file", "folder", "vector", "study" }.Any(kind.Contains))
        {
            return new PasException("is empty", null, "the name of a file or folder") { Code = ErrorCodes.BadSetting };
        }

        try
        {
            Numbers.GetValueOrDefault(ElementOf(type))?.Invoke(text);
            return null;
        }
        catch (PasException mistake)
        {
            return mistake;
        }
    }

    private static void Bind(Symbol symbol)
    {
        switch (symbol)
        {
            case Option<int> option:
                option.CustomParser = result => Read(result, Whole);
                break;
            case Option<int?> option:
                option.CustomParser = result => Read(result, Whole);
                break;
            case Option<long> option:
                option.CustomParser = result => Read(result, text => NumberText.Whole(text));
                break;
            case Option<double> option:
                option.CustomParser = result => Read(result, text => NumberText.Real(text));
                break;
            case Option<double?> option:
                option.CustomParser = result => Read(result, text => NumberText.Real(text));
                break;
            case Option<SteeringStrength?> option:
                option.CustomParser = result => Read(result, SteeringStrength.Parse);
                break;
            case Option<double[]> option:
                option.CustomParser = result => [.. result.Tokens.Select(token => Read(result, token.Value, text => NumberText.Real(text)))];
                break;
            case Argument<double> argument:
                argument.CustomParser = result => Read(result, text => NumberText.Real(text));
                break;
            case Option option when IsNumber(option.ValueType):
                throw new NotSupportedException($"{option.Name}: no reader for {option.ValueType}");
            case Argument argument when IsNumber(argument.ValueType):
                throw new NotSupportedException($"{argument.Name}: no reader for {argument.ValueType}");
        }
    }

    private static int Whole(string text) => (int)NumberText.Whole(text, int.MinValue, int.MaxValue);

    private static T Read<T>(ArgumentResult result, Func<string, T> read)
        where T : struct => Read(result, result.Tokens[^1].Value, read);

    /// <summary>The parser only has to know that a value is wrong: <see cref="Mistake(ParseResult)"/> tells it.</summary>
    private static T Read<T>(ArgumentResult result, string text, Func<string, T> read)
        where T : struct
    {
        try
        {
            return read(text);
        }
        catch (PasException mistake)
        {
            result.AddError(mistake.Message);
            return default;
        }
    }

    private static Type ElementOf(Type type) => Nullable.GetUnderlyingType(type) ?? (type.IsArray ? type.GetElementType()! : type);
}
