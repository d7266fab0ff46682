using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Batching;

/// <summary>What the work with a model takes of memory besides its weights, for the check before it is loaded.</summary>
internal static class WorkingSet
{
    /// <summary>Tokens of a prompt where nobody knows them yet.</summary>
    public const int UsualPrompt = 256;

    /// <summary>Tokens of a conversation for which a chat should have room; more are taken where there is more.</summary>
    public const int UsualChat = 4096;

    /// <summary>Passes over many prompts, as in a fit.</summary>
    public static long OfPasses(ModelConfig config, ScalarType type, EngineOptions options)
    {
        var workers = options.Threads;
        return options.Memory is { } budget
            ? Math.Max(0, budget - MemoryNeed.Runtime)
            : MemoryBudget.Fixed(workers) - MemoryNeed.Runtime + (workers * options.RowsPerPass * MemoryBudget.BytesPerRow(config, SizeOf(type), UsualPrompt));
    }

    /// <summary>Texts that are generated.</summary>
    /// <param name="config">The model.</param>
    /// <param name="type">The type computed in.</param>
    /// <param name="options">The limits of the generation.</param>
    /// <param name="sequences">How many there are at once.</param>
    /// <param name="length">Tokens of each.</param>
    public static long OfTexts(ModelConfig config, ScalarType type, GenerationEngineOptions options, int sequences, int length = UsualChat)
    {
        var tokens = Math.Min(config.ContextLength, length);
        var states = Math.Min(options.KVCacheBytes, sequences * config.StateBytes(SizeOf(type), tokens));
        var logits = 2L * sizeof(float) * config.VocabularySize * sequences;
        return states + logits + (Math.Min(options.PrefillTokens, tokens) * MemoryBudget.BytesPerRow(config, SizeOf(type), UsualPrompt));
    }

    private static int SizeOf(ScalarType type) => type == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);
}
