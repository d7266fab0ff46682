namespace PainlessSteering.Text.PostProcessors;

/// <summary>Adds the special tokens that a model expects around a text. Immutable.</summary>
internal interface IPostProcessor
{
    void Apply(List<int> ids, bool addSpecialTokens);
}
