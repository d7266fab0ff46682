namespace PainlessSteering.Vectors.Methods;

/// <summary>iPASwo: right statements against chosen statements, both of the items answered wrong.</summary>
internal static class IPasWrongOnly
{
    public static SteeringMethod Method { get; } = new("iPASwo", "iBAS_wrong_only", items =>
    {
        var wrong = items.Where(item => !item.IsRight).ToList();
        return new PromptSides([.. wrong.Select(item => item.RightStatement)], [.. wrong.Select(item => item.ChosenStatement)]);
    });
}
