namespace PainlessSteering.Text.PostProcessors;

/// <summary>Special tokens around the text.</summary>
/// <param name="parts">Ids of special tokens, or null for the place of the text.</param>
internal sealed class TemplatePostProcessor(IReadOnlyList<int[]?> parts) : IPostProcessor
{
    public void Apply(List<int> ids, bool addSpecialTokens)
    {
        if (!addSpecialTokens && parts.Count(part => part is null) == 1)
        {
            return;
        }

        int[] text = [.. ids];
        ids.Clear();
        foreach (var part in parts)
        {
            if (part is null || addSpecialTokens)
            {
                ids.AddRange(part ?? text);
            }
        }
    }
}
