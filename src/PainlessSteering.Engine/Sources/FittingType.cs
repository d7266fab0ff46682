using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// What a model is computed in where nobody says: its own type where the device multiplies that, else float32, which is exact. On the CPU numbers of two bytes
/// are then held as they are.
/// </summary>
internal static class FittingType
{
    /// <summary>The type and the form of the weights.</summary>
    /// <param name="matrices">The matrices as they are stored.</param>
    /// <param name="asked">The form that somebody asked for, or null.</param>
    /// <param name="onCpu">Whether it is the CPU that computes.</param>
    /// <param name="multipliesBFloat16">Whether the device does so by itself.</param>
    public static (ScalarType DataType, WeightFormat Weights) Of(IEnumerable<NumberCount> matrices, WeightFormat? asked, bool onCpu, bool multipliesBFloat16)
    {
        var types = matrices.GroupBy(matrix => matrix.Type).OrderByDescending(type => type.Sum(matrix => matrix.Count)).Select(type => type.Key).ToArray();
        var isRounded = asked is WeightFormat.BFloat16 or WeightFormat.EightBit or WeightFormat.FourBit;
        var type = multipliesBFloat16 && (isRounded || types is [ScalarType.BFloat16, ..]) ? ScalarType.BFloat16 : ScalarType.Float32;
        var isWider = onCpu && type == ScalarType.Float32 && types.Any(stored => stored is ScalarType.BFloat16 or ScalarType.Float16);
        return (type, asked ?? (isWider ? WeightFormat.Stored : WeightFormat.Full));
    }

    /// <summary>The matrices of a model's files; norms and biases are few numbers.</summary>
    public static IEnumerable<NumberCount> Matrices(Checkpoint weights, ModelConfig config) => weights.Names.Where(name => LeftOutWeights.Reason(name, weights, config) is null && weights.ShapeOf(name).Length > 1)
        .Select(name => new NumberCount(weights.FormOf(name) is { Blocks: null } form ? form.Type : null, HeldWeights.Numbers(weights.ShapeOf(name))));
}

/// <summary>Numbers of one type.</summary>
/// <param name="Type">Their type; null for what is made of blocks or codes.</param>
/// <param name="Count">How many.</param>
internal readonly record struct NumberCount(ScalarType? Type, long Count);
