namespace PainlessSteering.Text.PostProcessors;

/// <summary>Special tokens around the text.</summary>
/// <param name="parts">Ids of special tokens, or null for the place of the text.</param>
internal sealed class TemplatePostProcessor(IReadOnlyList<int[]?> parts) : IPostProcessor
{
    /// <summary>Ids of special tokens, or null for the place of the text.</summary>
    public IReadOnlyList<int[]?> Parts => parts;

    /// <summary>What a post-processor adds, step by step; the others change nothing.</summary>
    /// <param name="processor">One, or a sequence of them; or null.</param>
    public static IEnumerable<TemplatePostProcessor> Flat(IPostProcessor? processor) => processor switch
    {
        TemplatePostProcessor template => [template],
        PostProcessorSequence sequence => sequence.Processors.SelectMany(Flat),
        _ => [],
    };

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
