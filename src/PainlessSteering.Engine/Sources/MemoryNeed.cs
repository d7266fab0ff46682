using PainlessSteering.Engine.Native;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>What a process takes of memory that loads a model and works with it, known before any weight is read.</summary>
/// <param name="Vocabulary">The tokenizer.</param>
/// <param name="Weights">The weights as they are held.</param>
/// <param name="Loading">The most that is needed besides while they are loaded.</param>
/// <param name="Working">What the work with the model takes.</param>
internal readonly record struct MemoryNeed(long Vocabulary, long Weights, long Loading, long Working)
{
    /// <summary>.NET and libtorch themselves, with what of them one model makes compile and load: measured.</summary>
    public const long Runtime = 175L << 20;

    /// <summary>The most that the process takes.</summary>
    public long Bytes => Runtime + Vocabulary + Weights + Math.Max(Loading, Working);

    /// <param name="weights">The weights.</param>
    /// <param name="config">The model.</param>
    /// <param name="options">How it is loaded, and what the work with it takes.</param>
    public static MemoryNeed Of(Checkpoint weights, ModelConfig config, LoadOptions options)
    {
        var held = HeldWeights.Of(weights, config, options.DataType, options.Weights, IsCpu(options));
        return new(config.VocabularySize * weights.BytesOfToken, held.Bytes, held.Loading, options.WorkingBytes);
    }

    /// <summary>Refuses a model that does not fit. Where nothing says how much there is, nothing is said.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="config">The model.</param>
    /// <param name="options">How it is to be loaded.</param>
    /// <exception cref="PasException">It does not fit, and what would.</exception>
    public static void Ensure(Checkpoint weights, ModelConfig config, LoadOptions options)
    {
        if (!IsCpu(options) || (options.FreeMemory ?? MachineMemory.Free()) is not { } free || config.ParameterCount > weights.Names.Sum(name => HeldWeights.Numbers(weights.ShapeOf(name))))
        {
            return; // A model with more weights than its files hold is refused by the first of them, which says more.
        }

        var need = Of(weights, config, options);
        var room = free + (options.FreeMemory is null ? MachineMemory.Resident() : 0);
        if (need.Bytes <= room)
        {
            return;
        }

        throw new PasException(
            "the model does not fit into the memory that this process may take", weights.Where,
            $"at most {ByteSize.Show(Math.Max(0, room))}",
            $"{ByteSize.Show(need.Bytes)}: {ByteSize.Show(need.Weights)} of weights and {ByteSize.Show(need.Bytes - need.Weights)} to work with",
            Remedy(weights, config, options, need, room))
        { Code = ErrorCodes.OutOfMemory };
    }

    private static string Remedy(Checkpoint weights, ModelConfig config, LoadOptions options, MemoryNeed need, long room)
    {
        foreach (var format in new[] { WeightFormat.Stored, WeightFormat.EightBit, WeightFormat.FourBit })
        {
            var fewer = Of(weights, config, options with { Weights = format });
            if (fewer.Weights < need.Weights && fewer.Bytes <= room)
            {
                return $"{SettingName.Of(nameof(LoadOptions.Weights))} {WeightFormats.Names[(int)format]} would take {ByteSize.Show(fewer.Bytes)}";
            }
        }

        return need.Working > need.Loading && (need with { Working = 0 }).Bytes <= room
            ? "give the work less memory, or a smaller cache"
            : "take a smaller file of the model, such as a GGUF file of four bits, or free memory";
    }

    private static bool IsCpu(LoadOptions options) => (options.Device ?? CPU).type == TorchSharp.DeviceType.CPU;
}
