namespace PainlessSteering.Vectors.Methods;

/// <summary>iPASa: right statements of the items answered right against chosen statements of those answered wrong.</summary>
internal static class IPasAll
{
    public static SteeringMethod Method { get; } = new("iPASa", "iBAS_all", items => new PromptSides(
        [.. items.Where(item => item.IsRight).Select(item => item.RightStatement)],
        [.. items.Where(item => !item.IsRight).Select(item => item.ChosenStatement)]));
}
