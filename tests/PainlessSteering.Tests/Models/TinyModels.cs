using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models;

/// <summary>Small seeded models, one for each way in which the families differ.</summary>
internal static class TinyModels
{
    public static readonly ModelConfig Llama = new()
    {
        Architecture = "LlamaForCausalLM",
        HiddenSize = 24,
        IntermediateSize = 40,
        Layers = 3,
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 8,
        VocabularySize = 50,
        ContextLength = 512,
        NormEpsilon = 1e-5,
        Rope = new RopeSettings(10000),
        Windows = new int?[3],
    };

    private static readonly ModelConfig Gemma =
        Llama with { NormsAddOne = true, OutputNorms = true, ScaledEmbeddings = true, TiedEmbeddings = true, Activation = Activation.GeluTanh };

    public static ModelConfig Config(string name) => name switch
    {
        "llama" => Llama,
        "llama3-rope, tied" => Llama with { Rope = new RopeSettings(500000, new Llama3Scaling(8, 1, 4, 64)), TiedEmbeddings = true },
        "mistral window, wide heads" => Llama with { Windows = [5, 5, 5], HeadSize = 10 },
        "qwen2 bias" => Llama with { QueryKeyValueBias = true, Windows = [null, 7, 7] },
        "qwen3 norm, one key head" => Llama with { QueryKeyNorm = true, KeyValueHeads = 1 },
        "gemma2" => Gemma with { QueryScalar = 3, ScoreCap = 2, LogitCap = 5, Windows = [6, null, 6] },
        "gemma3" => Gemma with { QueryScalar = 5, QueryKeyNorm = true, Rope = new RopeSettings(1000000, new LinearScaling(8)), WindowRope = new RopeSettings(10000), Windows = [6, 6, null] },
        "phi3, long-rope, part of a head" => Llama with { FusedProjections = true, HeadSize = 12, RotarySize = 8, Rope = new RopeSettings(10000, new LongRope([1, 1.5, 2, 4], 1.2)), Windows = [9, 9, 9] },
        "all biases" => Llama with { QueryKeyValueBias = true, OutputBias = true, MlpBias = true },
        _ => throw new ArgumentException(name),
    };

    public static TheoryData<string> Names => ["llama", "llama3-rope, tied", "mistral window, wide heads", "qwen2 bias", "qwen3 norm, one key head", "all biases", "gemma2", "gemma3", "phi3, long-rope, part of a head"];

    /// <summary>A random model whose norms and biases are not left at their neutral values.</summary>
    public static CausalLM Make(ModelConfig config, ScalarType dataType = ScalarType.Float32, int seed = 7)
    {
        var model = CausalLM.Random(config, seed, new LoadOptions { DataType = dataType });
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        foreach (var weight in model.Weights.Values)
        {
            weight.add_((randn(weight.shape, generator: generator) * 0.3).to(dataType));
        }

        model.FreezeWeights();
        return model;
    }

    /// <summary>Seeded token ids.</summary>
    public static int[] Tokens(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Llama.VocabularySize))];
    }
}
