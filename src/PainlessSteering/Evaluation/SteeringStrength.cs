using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using static System.FormattableString;

namespace PainlessSteering.Evaluation;

/// <summary>
/// How strongly a vector is to act (method.md §10): a factor of its values, or a percentage of how long activations are at its place. Written <c>4</c>
/// or <c>10%</c>, in options, study files and requests alike.
/// </summary>
/// <param name="Number">The factor, or the percentage.</param>
/// <param name="IsPercentage">Which of the two it is.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct SteeringStrength(double Number, bool IsPercentage = false)
{
    /// <summary>A factor of the values.</summary>
    public static implicit operator SteeringStrength(double factor) => FromDouble(factor);

    /// <summary>A factor of the values.</summary>
    public static SteeringStrength FromDouble(double factor) => new(factor);

    /// <summary>A percentage of the median norm of the activations at the place.</summary>
    public static SteeringStrength Percent(double percentage) => new(percentage, IsPercentage: true);

    /// <summary>Reads a number, with a percent sign behind it or without.</summary>
    /// <exception cref="PasException">It is neither.</exception>
    public static SteeringStrength Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EndsWith('%') ? Percent(NumberText.Real(text[..^1], "a factor such as 4, or a percentage such as 10%")) : NumberText.Real(text);
    }

    /// <summary>Reads a list with commas, in which both kinds may stand.</summary>
    /// <exception cref="PasException">A part is neither, or a comma may be a decimal one.</exception>
    public static IReadOnlyList<SteeringStrength> List(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains('%'))
        {
            return [.. NumberText.List(text).Select(FromDouble)];
        }

        NumberText.EnsureNoDecimalComma(text);
        return [.. NumberText.Parts(text).Select(Parse)];
    }

    /// <summary>The factor that it comes to: p/100 · median norm / norm of the vector; 0 for a vector of zeros, which no factor changes.</summary>
    /// <param name="medianNorm">Of the activations at the place.</param>
    /// <param name="vectorNorm">Of the vector's values.</param>
    /// <exception cref="PasException">It is out of the range of numbers.</exception>
    public double Factor(double medianNorm, double vectorNorm)
    {
        var factor = !IsPercentage ? Number : vectorNorm == 0 ? 0 : Number / 100 * medianNorm / vectorNorm;
        return double.IsFinite(factor) ? factor : throw new PasException("the strength is out of range", null, "a percentage that comes to a number", ToString(), "take a smaller percentage") { Code = ErrorCodes.BadSetting };
    }

    /// <summary>A percentage with the factor that it came to, as in <c>10% (factor 3.52)</c>; a factor alone where nothing else was asked for.</summary>
    public static string InWords(SteeringStrength? asked, double factor) => asked is { } strength ? Invariant($"{strength} (factor {factor:0.####})") : Invariant($"{factor}");

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Number}{(IsPercentage ? "%" : "")}");

    /// <summary>A factor is a number in JSON, a percentage a text.</summary>
    private sealed class Converter : JsonConverter<SteeringStrength>
    {
        public override SteeringStrength Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return reader.GetDouble();
            }

            return reader.GetString() is ['-' or (>= '0' and <= '9'), .., '%'] text && NumberText.TryReal(text[..^1], out var percentage)
                ? Percent(percentage)
                : throw new JsonException("a strength that is no number and no percentage");
        }

        public override void Write(Utf8JsonWriter writer, SteeringStrength value, JsonSerializerOptions options)
        {
            if (value.IsPercentage)
            {
                writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{value}"));
            }
            else
            {
                writer.WriteNumberValue(value.Number);
            }
        }
    }
}
