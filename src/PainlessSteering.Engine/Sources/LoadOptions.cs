using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>How a model folder is loaded; see <see cref="CausalLM.Load(IModelSource, LoadOptions)"/>.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// What fits a model and this machine: its own type where the device multiplies that by itself, else float32; on the CPU numbers of two bytes are held as
    /// they are, and widened a piece at a time.
    /// </summary>
    /// <param name="source">The model.</param>
    /// <param name="device">Where to compute; the CPU if null.</param>
    /// <param name="weights">How the matrices are to be held; as it fits if null.</param>
    /// <exception cref="PasException">The model's files are damaged.</exception>
    public static LoadOptions Fitting(IModelSource source, Device? device = null, WeightFormat? weights = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Fitting(FittingType.Matrices(source.Weights, source.Config), device ?? CPU, weights);
    }

    /// <summary>The same by the types of the matrices.</summary>
    internal static LoadOptions Fitting(IEnumerable<NumberCount> matrices, Device device, WeightFormat? weights)
    {
        var (type, format) = FittingType.Of(matrices, weights, device.type == TorchSharp.DeviceType.CPU, !CpuFeatures.Emulates(ScalarType.BFloat16, device));
        return new LoadOptions { DataType = type, Weights = format, Device = device };
    }

    /// <summary>Type to compute in: float32 or bfloat16.</summary>
    public ScalarType DataType { get; init; } = ScalarType.Float32;

    /// <summary>How the matrices of the linear maps and the head are held in memory.</summary>
    public WeightFormat Weights { get; init; } = WeightFormat.Full;

    /// <summary>Where to compute; the CPU if null.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// Folder of a LoRA adapter in PEFT's layout, added to the weights as they are loaded, with the rounding of
    /// <c>pas model merge</c>; or null. The model is then as fast as without, and has a fingerprint of its own.
    /// </summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// Bytes that the work with the model will take besides the weights. A model that does not fit into the memory of the machine with them is refused before
    /// any weight is read.
    /// </summary>
    public long WorkingBytes { get; init; }

    /// <summary>Told how far the loading is, on the loading thread; or null.</summary>
    public IProgress<LoadProgress>? Progress { get; init; }

    /// <summary>Bytes that the process may take in all; asked of the machine if null.</summary>
    internal long? FreeMemory { get; init; }
}
