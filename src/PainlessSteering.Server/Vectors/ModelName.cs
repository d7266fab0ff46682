using PainlessSteering.Evaluation;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Server.Vectors;

/// <summary>
/// A model's name that switches vectors on: <c>base</c>, <c>base+honest</c>, <c>base+honest@1.5</c>, <c>base+honest@1+brief@-2</c>.
/// The name of the model's folder may stand for <c>base</c>.
/// </summary>
internal static class ModelName
{
    /// <summary>The model without any vector.</summary>
    public const string Base = "base";

    private const char And = '+';
    private const char At = '@';
    private const int Longest = 2_000;

    /// <summary>Whether a vector can have this name; else no model name could spell it.</summary>
    public static bool CanName(string vector) => vector.Length > 0 && vector.AsSpan().IndexOfAny(And, At) < 0 && !vector.Any(char.IsControl);

    /// <summary>The name that switches a vector on, at its own strength.</summary>
    public static string Of(string vector) => $"{Base}{And}{vector}";

    /// <summary>The vectors of a name.</summary>
    /// <param name="name">As the request has it.</param>
    /// <param name="folder">Name of the model's folder.</param>
    /// <exception cref="ApiException">There is no such model.</exception>
    public static IReadOnlyList<VectorChoice> Parse(string name, string folder)
    {
        if (name.Length > Longest)
        {
            throw ApiException.NoModel("there is no model of so long a name");
        }

        var model = new[] { Base, folder }.FirstOrDefault(model => name == model || name.StartsWith(model + And, StringComparison.Ordinal))
            ?? throw ApiException.NoModel($"there is no model '{name}'; expected {Base}, {folder}, or one of them with vectors, e.g. {Of("NAME@1.5")}");
        string[] parts = name.Length == model.Length ? [] : name[(model.Length + 1)..].Split(And);
        return parts.Length <= VectorChoice.Most ? [.. parts.Select(part => Vector(part, name))] : throw ApiException.NoModel($"the model's name has more than {VectorChoice.Most} vectors");
    }

    private static VectorChoice Vector(string part, string name)
    {
        if (part.Split(At) is not [var vector, .. var strengths] || vector.Length == 0 || strengths.Length > 1)
        {
            throw ApiException.NoModel($"there is no model '{name}'; expected vectors as {Of("NAME")} or {Of("NAME@1.5")}");
        }

        SteeringStrength? strength = null;
        if (strengths is [var text])
        {
            strength = NumberText.TryReal(text, out var number) && Math.Abs(number) <= VectorChoice.Strongest
                ? number
                : VectorChoice.Percentage(text) ?? throw ApiException.NoModel($"there is no model '{name}'; '{text}' is no strength; expected a number or a percentage, e.g. {Of(vector)}@1.5");
        }

        return new VectorChoice(vector, strength, null, null, null, "model");
    }
}
