using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>A weight as its source gives it.</summary>
/// <param name="Tensor">The weight; or, as it is stored, the bytes of each row's blocks.</param>
/// <param name="IsFileView">Whether it is a view of a mapped file, so that its memory can be had back at any time while nobody writes to it.</param>
/// <param name="Blocks">Type of the blocks, where the weight is given as it is stored.</param>
internal readonly record struct LoadedWeight(Tensor Tensor, bool IsFileView, BlockType? Blocks = null)
{
    /// <summary>Some rows, which replace the whole: a part of the file's view, else a copy, so that the rest need not be kept.</summary>
    public LoadedWeight Rows(int from, int count)
    {
        using var whole = Tensor;
        return Slice(from, count);
    }

    /// <summary>Some rows beside the whole, which stays.</summary>
    public LoadedWeight Slice(int from, int count)
    {
        using var rows = Tensor.narrow(0, from, count);
        return this with { Tensor = IsFileView ? rows.alias() : rows.clone() };
    }

    /// <summary>The weight in a type, which replaces it.</summary>
    public LoadedWeight To(ScalarType type)
    {
        if (Tensor.dtype == type)
        {
            return this;
        }

        var converted = new LoadedWeight(Tensor.to(type), false);
        Drop();
        return converted;
    }

    /// <summary>Disposes of a weight that is not needed as it is, and of the memory that reading it took.</summary>
    public void Drop()
    {
        if (IsFileView)
        {
            MappedPages.Release(Tensor);
        }

        Tensor.Dispose();
    }
}
