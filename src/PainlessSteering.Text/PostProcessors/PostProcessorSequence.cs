namespace PainlessSteering.Text.PostProcessors;

/// <summary>Post-processors one after another.</summary>
internal sealed class PostProcessorSequence(IReadOnlyList<IPostProcessor> processors) : IPostProcessor
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IPostProcessor> Processors => processors;

    public void Apply(List<int> ids, bool addSpecialTokens)
    {
        foreach (var processor in processors)
        {
            processor.Apply(ids, addSpecialTokens);
        }
    }
}
