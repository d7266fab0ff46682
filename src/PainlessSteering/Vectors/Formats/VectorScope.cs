using System.Globalization;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats;

/// <summary>What the keys of a file say about the vectors beside and below them. Two keys that say different things refuse the file.</summary>
internal sealed record VectorScope
{
    /// <summary>What other programs call what is done with a vector. A clamp sets the length along the direction to the factor.</summary>
    private static readonly Dictionary<string, SteeringOperation> Operations = new(StringComparer.Ordinal)
    {
        ["add"] = SteeringOperation.Add,
        ["clamp"] = SetOperation.Instance,
        ["ablate"] = AblateOperation.Instance,
        ["project"] = AblateOperation.Instance,
        ["project_out"] = AblateOperation.Instance,
    };

    private static readonly Dictionary<string, TokenRule> Positions = new(StringComparer.Ordinal) { ["last"] = Engine.Editing.TokenRule.Last, ["all"] = Engine.Editing.TokenRule.All };

    private int? Layer { get; init; }

    private SteeringSite? Site { get; init; }

    private bool SiteIsModule { get; init; }

    private double? Strength { get; init; }

    private TokenRule? TokenRule { get; init; }

    private SteeringOperation? Operation { get; init; }

    /// <summary>What control vectors are: added to the block's output at every token.</summary>
    public static VectorScope OfControlVectors { get; } = new() { Site = SteeringSite.Residual, TokenRule = Engine.Editing.TokenRule.All };

    /// <summary>Whether a clamp was asked for, which takes a bias into account.</summary>
    public bool IsClamp => Operation == SetOperation.Instance;

    /// <summary>Whether the keys say which block is meant.</summary>
    public bool HasLayer => Layer is not null;

    /// <summary>The scope with what one more key says.</summary>
    /// <param name="key">What the key can say.</param>
    /// <param name="value">A number or a text.</param>
    /// <param name="where">File and key, for errors.</param>
    /// <exception cref="PasException">It holds something else, or contradicts another key.</exception>
    public VectorScope With(VectorKey key, object? value, string where)
    {
        var scope = key.SteersAll ? this with { TokenRule = Once(TokenRule, Engine.Editing.TokenRule.All, where) } : this;
        var text = value as string ?? "";
        return key.Setting switch
        {
            VectorSetting.Layer => scope with { Layer = Once(Layer, Whole(value) ?? throw Wrong(where, "a block's number", value), where) },
            VectorSetting.Site when PlaceName.Parse(text) is { Layer: null, Site: { } site } => scope with { Site = Once(Site, site, where), SiteIsModule = key.SteersAll },
            VectorSetting.Place when PlaceName.Parse(text) is { Layer: not null } place => scope.At(place, where) with { SiteIsModule = true },
            VectorSetting.Strength => scope with { Strength = Once(Strength, Real(value) ?? throw Wrong(where, "a finite number", value), where) },
            VectorSetting.Operation when Operations.TryGetValue(text, out var operation) => scope with { Operation = Once(Operation, operation, where) },
            VectorSetting.Positions when Positions.TryGetValue(text, out var rule) => scope with { TokenRule = Once(scope.TokenRule, rule, where) },
            VectorSetting.Operation => throw Wrong(where, string.Join(", ", Operations.Keys), value),
            VectorSetting.Positions => throw Wrong(where, string.Join(", ", Positions.Keys), value),
            VectorSetting.Place => throw Wrong(where, "a block or its attention, MLP or norm, such as 'layers.3' or 'layers.3.mlp'", value),
            _ => throw Wrong(where, string.Join(", ", SteeringSite.All), value),
        };
    }

    /// <summary>The scope of a place that a name says. A name without a site means the block's output, unless another key says otherwise.</summary>
    public VectorScope At(PlaceName place, string where) => this with
    {
        Layer = place.Layer is { } layer ? Once(Layer, layer, where) : Layer,
        Site = place.Site is { } site ? Once(Site, site, where) : Site,
        SiteIsModule = SiteIsModule || place is { Layer: not null, Site: not null },
    };

    /// <summary>A vector as the keys around it have it.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="length">How many numbers it has.</param>
    /// <param name="read">Reads them.</param>
    /// <param name="bias">Reads the bias of a clamp; null where there is none.</param>
    /// <param name="where">File and tensor, for errors.</param>
    public Direction Direction(string name, long length, Func<float[]> read, Func<float[]>? bias, string where)
    {
        var operation = Operation ?? SteeringOperation.Add;
        if (operation == SetOperation.Instance && Strength is null)
        {
            throw new PasException("a clamp does not say to which length", where, "a key such as steering_coefficient") { Code = ErrorCodes.FileDamaged };
        }

        if (operation == AblateOperation.Instance && Strength is { } strength && strength != 1)
        {
            throw new PasException("a vector that is projected out has a strength", where, "1, or none", strength.ToString(CultureInfo.InvariantCulture)) { Code = ErrorCodes.NotSupported };
        }

        return new Direction(name, Layer, length, read)
        {
            Site = Site,
            SiteIsModule = SiteIsModule,
            Strength = IsClamp ? 1 : Strength,
            TokenRule = TokenRule,
            Operation = operation,
            Target = IsClamp ? values => Strength!.Value + (bias is null ? 0 : Along(values, bias())) : null,
        };
    }

    /// <summary>The length of a bias along a direction.</summary>
    private static double Along(float[] direction, float[] bias)
    {
        var (dot, square) = (0.0, 0.0);
        for (var i = 0; i < direction.Length; i++)
        {
            dot += (double)direction[i] * bias[i];
            square += (double)direction[i] * direction[i];
        }

        return square == 0 ? 0 : dot / Math.Sqrt(square);
    }

    private static T Once<T>(T? before, T now, string where)
        where T : class => before is null || before == now ? now : throw Contradicts(where, before, now);

    private static T Once<T>(T? before, T now, string where)
        where T : struct => before is not { } other || other.Equals(now) ? now : throw Contradicts(where, other, now);

    private static PasException Contradicts(string where, object before, object now) => new(
        "two keys or names say different things about a vector", where, string.Create(CultureInfo.InvariantCulture, $"{before}, as before"), string.Create(CultureInfo.InvariantCulture, $"{now}"))
    { Code = ErrorCodes.FileDamaged };

    private static int? Whole(object? value) => value switch
    {
        string text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs((long)number) < 1_000_000 ? number : null,
        bool or null => null,
        double number => number == Math.Floor(number) && Math.Abs(number) < 1_000_000 ? (int)number : null,
        long number => number is > -1_000_000 and < 1_000_000 ? (int)number : null,
        _ => null,
    };

    private static double? Real(object? value) => value switch
    {
        string text => NumberText.TryReal(text, out var number) ? number : null,
        double number when double.IsFinite(number) => number,
        long number => number,
        _ => null,
    };

    private static PasException Wrong(string where, string expected, object? value) => new(
        "the key has a value that is not understood, and may change what the vector does", where, expected,
        value switch { string text => SafeTensorsHeader.Quote(text), null => "nothing", IConvertible simple => Convert.ToString(simple, CultureInfo.InvariantCulture), _ => "something else" })
    { Code = ErrorCodes.NotSupported };
}
