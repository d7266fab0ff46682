using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>Shapes of well-known sizes, to be filled with random weights where no model is at hand.</summary>
public static class RandomShapes
{
    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["125m", "1b"];

    /// <summary>The shape of a name: <c>125m</c>, or <c>1b</c>, which is Llama-3.2-1B's.</summary>
    /// <exception cref="PasException">There is no such shape.</exception>
    public static ModelConfig Find(string shape) => shape switch
    {
        "125m" => Llama(768, 2048, layers: 12, heads: 12, keyHeads: 4, vocabulary: 32000, new RopeSettings(10000)),
        "1b" => Llama(2048, 8192, layers: 16, heads: 32, keyHeads: 8, vocabulary: 128256, new RopeSettings(500000, new Llama3Scaling(32, 1, 4, 8192))) with { TiedEmbeddings = true },
        _ => throw new PasException("no such shape", expected: string.Join(" or ", Names), found: $"'{shape}'") { Setting = nameof(shape) },
    };

    private static ModelConfig Llama(int hidden, int inner, int layers, int heads, int keyHeads, int vocabulary, RopeSettings rope)
    {
        const double Epsilon = 1e-5;
        var attention = new AttentionPlan { Heads = heads, KeyValueHeads = keyHeads, HeadSize = hidden / heads, Rope = rope };
        return new ModelConfig(LlamaShape.Blocks(attention, new MlpPlan { InnerSize = inner }, layers, Epsilon), LlamaShape.FinalNorm(Epsilon))
        {
            Architecture = "LlamaForCausalLM",
            HiddenSize = hidden,
            VocabularySize = vocabulary,
            ContextLength = 131072,
        };
    }
}
