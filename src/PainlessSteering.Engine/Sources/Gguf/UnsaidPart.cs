using PainlessSteering.Engine.Families;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Something that a file of an architecture cannot say of a model.</summary>
/// <param name="Words">What it is.</param>
/// <param name="Without">A model without it, which is the one that the file describes.</param>
internal sealed record UnsaidPart(string Words, Func<ModelConfig, ModelConfig> Without)
{
    /// <summary>A sliding window on any layer.</summary>
    /// <param name="words">What it is called.</param>
    public static UnsaidPart Window(string words) => new(words, config => config.EachAttention(attention => attention with { Window = null }));
}
