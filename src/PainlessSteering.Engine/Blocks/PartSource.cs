using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>What a block or a part of it is loaded from.</summary>
/// <param name="Weights">The weights of the model.</param>
/// <param name="Rotary">The rotary positions that the model's layers share.</param>
/// <param name="Name">Full name of the module in the checkpoint.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Layer">0-based number of the block.</param>
internal sealed record PartSource(WeightSource Weights, RotaryTables Rotary, string Name, int HiddenSize, int Layer)
{
    /// <summary>Where the weights will be.</summary>
    public Device Device => Weights.Device;

    /// <summary>The type computed in.</summary>
    public ScalarType DataType => Weights.DataType;

    /// <summary>A module of this one.</summary>
    public PartSource Part(string name) => this with { Name = $"{Name}.{name}" };

    /// <summary>Another module of the one that this one is in.</summary>
    public PartSource Beside(string name) => this with { Name = Name[..(Name.LastIndexOf('.') + 1)] + name };

    /// <summary>A norm of this module.</summary>
    public INorm Norm(NormPlan plan, int size) => plan.Load(Weights, $"{Name}.{plan.Name}", size);

    /// <summary>A linear map of this module.</summary>
    /// <param name="part">Its name in the module.</param>
    /// <param name="outputs">Rows of the weight.</param>
    /// <param name="inputs">Columns of the weight.</param>
    /// <param name="bias">Whether it has one.</param>
    public Linear Linear(string part, int outputs, int inputs, bool bias = false) => Weights.Linear($"{Name}.{part}", outputs, inputs, bias);

    /// <summary>A linear map that is held in the type computed in, however other weights are held: where little weight decides much.</summary>
    /// <inheritdoc cref="Linear"/>
    public Linear ExactLinear(string part, int outputs, int inputs, bool bias = false) => Weights.Linear($"{Name}.{part}", outputs, inputs, bias, exact: true);

    /// <summary>A linear map whose weight is some rows of another; see <see cref="WeightSource.LinearOf"/>.</summary>
    public Linear LinearOf(string part, string fused, int rows, int from, int outputs, int inputs) =>
        Weights.LinearOf($"{Name}.{part}", $"{Name}.{fused}", rows, from, outputs, inputs);

    /// <summary>Linear maps whose weights are parts of equal size of one tensor; see <see cref="WeightSource.LinearsOf"/>.</summary>
    public IReadOnlyList<Linear> LinearsOf(string part, int[] shape, IReadOnlyList<string> names, Func<Tensor, Tensor>? order = null, string? bias = null) =>
        Weights.LinearsOf($"{Name}.{part}", shape, [.. names.Select(name => $"{Name}.{name}")], order, bias is null ? null : $"{Name}.{bias}");

    /// <summary>Shape of a tensor that there is.</summary>
    public long[] ShapeOf(string part) => Weights.ShapeOf($"{Name}.{part}");

    /// <summary>Whether there is a tensor of this name in the module.</summary>
    public bool Has(string part) => Weights.Has($"{Name}.{part}");

    /// <summary>A tensor of this module that is in no linear map.</summary>
    /// <param name="part">Its whole name in the module, e.g. <c>conv1d.weight</c>.</param>
    /// <param name="type">The type to hold it in.</param>
    /// <param name="shape">Its shape.</param>
    public Tensor Tensor(string part, ScalarType type, params long[] shape) => Weights.Take($"{Name}.{part}", type, shape);
}
