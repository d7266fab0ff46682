using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options of every verb that steers text with a vector.</summary>
internal static class SteeringArguments
{
    private static readonly Option<string?> Vector = new("--vector") { HelpName = "file", Description = "Steering vector that pas fit wrote." };
    private static readonly Option<SteeringStrength?> Strength = CommonOptions.Strength();
    private static readonly Option<string?> Positions = new Option<string?>("--positions") { Description = "Steer the prompt's last token and each new one, or all tokens (default: as fitted, last)." }.AcceptOnlyFromAmong("last", "all");
    private static readonly Option<bool> Force = CommonOptions.Force();

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Vector, Strength, Positions, Force })
        {
            command.Add(option);
        }
    }

    /// <summary>The vector's file, if one is given.</summary>
    public static string? Path(ParseResult parsed) => parsed.GetValue(Vector);

    /// <summary>Whether a vector of other weights is accepted.</summary>
    public static bool IsForced(ParseResult parsed) => parsed.GetValue(Force);

    /// <summary>Reads the vector.</summary>
    /// <returns>Null where none is given.</returns>
    /// <exception cref="PasException">It cannot be read, or options ask for steering without it.</exception>
    public static AppliedVector? Applied(ParseResult parsed)
    {
        TokenRule? rule = parsed.GetValue(Positions) switch
        {
            "last" => TokenRule.Last,
            "all" => TokenRule.All,
            _ => null,
        };
        if (Path(parsed) is { } path)
        {
            var vector = SafetensorsFormat.Read(path);
            return new AppliedVector(vector, CommonOptions.Factor(parsed, Strength, vector), rule);
        }

        return parsed.GetValue(Strength) is null && rule is null
            ? null
            : throw new PasException("there is nothing to steer with", "--strength, --positions", "--vector beside them") { Code = ErrorCodes.WrongCommand };
    }

    /// <summary>Refuses a vector of another model, and tells where its own strength does not steer.</summary>
    /// <exception cref="PasException">It was fitted on another model, and --force is not given.</exception>
    public static void EnsureFits(ParseResult parsed, AppliedVector? applied, CausalLM model)
    {
        applied?.Vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, IsForced(parsed));
        if (applied is { Strength: 0, StrengthOverride: null })
        {
            parsed.InvocationConfiguration.Error.WriteLine("the vector's strength is 0, because validation chose not to steer; --strength steers anyway");
        }
    }
}
