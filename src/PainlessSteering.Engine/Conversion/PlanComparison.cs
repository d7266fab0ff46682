using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Whether two configurations plan the same model, whatever they call its weights and its rotary positions.</summary>
internal static class PlanComparison
{
    private const double Tolerance = 2e-6; // Of rotary factors, which files hold as float32.

    /// <summary>What differs first, in words; null for nothing.</summary>
    public static string? Difference(ModelConfig one, ModelConfig other)
    {
        var whole = new (string What, bool IsSame)[]
        {
            ("the number of layers", one.Layers == other.Layers),
            ("the width", one.HiddenSize == other.HiddenSize),
            ("the vocabulary", one.VocabularySize == other.VocabularySize),
            ("the context", one.ContextLength == other.ContextLength),
            ("whether the head is the embedding", one.TiedEmbeddings == other.TiedEmbeddings),
            ("a norm of the embeddings", one.EmbeddingNorm == other.EmbeddingNorm),
            ("a factor of the logits", one.LogitFactor == other.LogitFactor),
            ("a factor of the embeddings", one.EmbeddingFactor == other.EmbeddingFactor),
            ("a cap of the logits", one.LogitCap == other.LogitCap),
            ("the last norm", one.FinalNorm with { Name = "" } == other.FinalNorm with { Name = "" }),
        };
        return whole.Where(part => !part.IsSame).Select(part => part.What).FirstOrDefault()
            ?? one.Blocks.Zip(other.Blocks)
                .Select((blocks, layer) => (Part: Difference((SequentialBlock)blocks.First, (SequentialBlock)blocks.Second), Layer: layer))
                .Where(block => block.Part is not null).Select(block => FormattableString.Invariant($"{block.Part} of layer {block.Layer}")).FirstOrDefault();
    }

    private static string? Difference(SequentialBlock one, SequentialBlock other)
    {
        if (one.Mixer is AttentionPlan first && other.Mixer is AttentionPlan second)
        {
            if (!AreEqual(first, second))
            {
                return "the attention";
            }

            other = other with { Mixer = one.Mixer };
        }

        return one.Mixer != other.Mixer ? "the mixer" : one.FeedForward != other.FeedForward ? "the feed-forward part" : one != other ? "a norm" : null;
    }

    private static bool AreEqual(AttentionPlan one, AttentionPlan other)
    {
        AttentionPlan Rest(AttentionPlan plan) => plan with { Rope = new RopeSettings(0), RotarySize = plan.RotarySize ?? plan.HeadSize, QueryScalar = plan.QueryScalar ?? plan.HeadSize };
        double[] Turns(AttentionPlan plan) => [plan.Rope.Magnitude, .. plan.Rope.Frequencies(plan.RotarySize ?? plan.HeadSize)];
        return Rest(one) == Rest(other) && Turns(one).Zip(Turns(other)).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Abs(pair.First));
    }
}
