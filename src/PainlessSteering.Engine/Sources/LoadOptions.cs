using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>How a model folder is loaded; see <see cref="CausalLM.Load(IModelSource, LoadOptions)"/>.</summary>
public sealed record LoadOptions
{
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
}
