using System.Text.Json;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Server.Vectors;

namespace PainlessSteering.Server.Requests;

/// <summary>
/// The field that steers one request as it likes: <c>"off"</c>, or <c>{"vectors": [{"name", "strength", "layer", "site", "positions"}]}</c>,
/// of which only the name is needed.
/// </summary>
internal static class SteeringField
{
    /// <returns>Null where the field is absent, so that the model's name decides.</returns>
    public static IReadOnlyList<VectorChoice>? Read(RequestField field) => field switch
    {
        { Exists: false } => null,
        { Kind: JsonValueKind.String } when field.Text() == "off" => [],
        { Kind: JsonValueKind.Object } => [.. field.Required("vectors").Items(VectorChoice.Most).Select(Vector)],
        _ => throw field.Error("expected \"off\" or an object with 'vectors'"),
    };

    private static VectorChoice Vector(RequestField field) => new(
        field.Required("name").Text(),
        Strength(field["strength"]),
        field["layer"].Number(0, int.MaxValue),
        Site(field["site"]),
        Rule(field["positions"]),
        field.Path);

    private static SteeringStrength? Strength(RequestField field) => !field.Exists || field.Kind != JsonValueKind.String ? field.Real(-VectorChoice.Strongest, VectorChoice.Strongest)
        : VectorChoice.Percentage(field.Text()) ?? throw field.Error($"no strength; expected {VectorChoice.Strengths}; found '{field.Text()}'");

    private static SteeringSite? Site(RequestField field) => field.OptionalText() is not { } name ? null
        : SteeringSite.Find(name) ?? throw field.Error($"there is no such site; expected one of {string.Join(", ", SteeringSite.All)}; found '{name}'");

    private static TokenRule? Rule(RequestField field) => field.OptionalText() switch
    {
        null => null,
        "last" => TokenRule.Last,
        "all" => TokenRule.All,
        var other => throw field.Error($"there are no such positions; expected last or all; found '{other}'"),
    };
}
