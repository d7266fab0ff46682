namespace PainlessSteering.Vectors.Methods;

/// <summary>PASf: the multiple-choice prompts answered right against those answered wrong.</summary>
internal static class PasFull
{
    public static SteeringMethod Method { get; } = new("PASf", "BAS_full_mcq", items => new PromptSides(
        [.. items.Where(item => item.IsRight).Select(item => item.Item.Prompt)],
        [.. items.Where(item => !item.IsRight).Select(item => item.Item.Prompt)]));
}
