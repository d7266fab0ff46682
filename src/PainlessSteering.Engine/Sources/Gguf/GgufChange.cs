using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>How a weight of a GGUF file is made that of the family, where the converter has changed it, and the other way.</summary>
/// <param name="Shape">The family's shape of the file's.</param>
/// <param name="Apply">The family's weight of the file's; the shapes fit.</param>
/// <param name="Undo">The file's weight of the family's. Of a tensor that is several weights, the part of it that one is, to be joined with the others along the second dimension.</param>
/// <param name="MovesRows">Rows are put in another order and stay what they are, so that it can be applied to their bytes too.</param>
internal sealed record GgufChange(Func<long[], long[]> Shape, Func<Tensor, Tensor> Apply, Func<Tensor, Tensor> Undo, bool MovesRows = false)
{
    /// <summary>The file has 1 + weight.</summary>
    public static GgufChange LessOne { get; } = new(shape => shape, weight => weight.to(ScalarType.Float32).sub(Scalars.One), weight => weight.to(ScalarType.Float32).add(Scalars.One, Scalars.One));

    /// <summary>The file has -exp(weight).</summary>
    public static GgufChange LogOfNegative { get; } = new(shape => shape, weight => weight.to(ScalarType.Float32).neg().log(), weight => weight.to(ScalarType.Float32).exp().neg());

    /// <summary>The file may leave out a first dimension of 1.</summary>
    public static GgufChange OneRow { get; } = new(shape => shape.Length > 0 && shape[..^1].All(size => size == 1) ? [1, shape[^1]] : shape, weight => weight.view(1, -1), weight => weight);

    /// <summary>The file leaves out a middle dimension of 1.</summary>
    public static GgufChange Channels { get; } = new(shape => shape.Length == 0 ? shape : [shape[0], 1, .. shape[1..]], weight => weight.unsqueeze(1), weight => weight.squeeze(1));

    /// <summary>The file has the two elements of a head that turn together side by side, the family half a head apart.</summary>
    public static GgufChange PairsApart(int heads)
    {
        long Pairs(Tensor weight) => weight.size(0) / (2L * heads);
        return new(shape => shape, weight => Swapped(weight, heads, Pairs(weight), 2, 1), weight => Swapped(weight, heads, 2, Pairs(weight), 1), MovesRows: true);
    }

    /// <summary>
    /// The file has the first value head of all key heads, then the second; the family has those of a key head together.
    /// </summary>
    /// <param name="keyHeads">How many key heads there are.</param>
    /// <param name="heads">How many value heads there are.</param>
    /// <param name="size">Rows of a value head.</param>
    public static GgufChange HeadsTogether(int keyHeads, int heads, int size)
    {
        Tensor Swap(Tensor weight, int first, int second)
        {
            var others = weight.size(0) - ((long)heads * size); // Rows of queries and keys before them.
            var values = Swapped(weight.narrow(0, others, weight.size(0) - others), 1, first, second, size);
            return others == 0 ? values : cat([weight.narrow(0, 0, others), values], 0);
        }

        return new(shape => shape, weight => Swap(weight, heads / keyHeads, keyHeads), weight => Swap(weight, keyHeads, heads / keyHeads), MovesRows: true);
    }

    /// <summary>One kind of rows of those that the file has alternating, a group for each key head.</summary>
    /// <param name="keyHeads">How many groups of each kind there are.</param>
    /// <param name="kind">The first or the second kind.</param>
    public static GgufChange EachSecond(int keyHeads, int kind) => new(
        shape => shape.Length == 2 && shape[0] % (2 * keyHeads) == 0 ? [shape[0] / 2, shape[1]] : shape,
        weight => weight.view([keyHeads, 2, -1, weight.size(1)]).select(1, kind).flatten(0, 1),
        weight => weight.reshape([keyHeads, 1, -1, weight.size(1)]),
        MovesRows: true);

    /// <summary>The same on columns.</summary>
    public GgufChange OnColumns() => new(shape => shape, weight => Apply(weight.t()).t(), weight => Undo(weight.t()).t());

    /// <summary>This, then another.</summary>
    public GgufChange Then(GgufChange next) => new(shape => next.Shape(Shape(shape)), weight => next.Apply(Apply(weight)), weight => Undo(next.Undo(weight)), MovesRows && next.MovesRows);

    /// <summary>The rows, seen as groups of these sizes within each other, with the second and third in the other order.</summary>
    private static Tensor Swapped(Tensor weight, long outer, long first, long second, long inner) =>
        weight.reshape([outer, first, second, inner, .. weight.shape[1..]]).transpose(1, 2).reshape(weight.shape);
}
