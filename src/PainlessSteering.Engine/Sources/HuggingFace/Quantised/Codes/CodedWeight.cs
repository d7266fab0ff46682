namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>A weight that is stored as codes and what gives them their size. It keeps the stored bytes, and makes numbers of any of its rows.</summary>
/// <param name="name">The weight's name in a checkpoint that is not quantised.</param>
/// <param name="shape">Its shape there; all dimensions but the last are rows.</param>
/// <param name="parts">What is stored of it.</param>
internal abstract class CodedWeight(string name, long[] shape, WeightParts parts)
{
    private const int MostInputs = 1 << 25; // A few rows are widened at once.
    private const long MostRows = int.MaxValue;

    public string Name => name;

    public long[] Shape => shape;

    /// <summary>The stored tensor that has the codes.</summary>
    public StoredTensor Stored => parts.Codes;

    /// <summary>The stored tensors that it is made of.</summary>
    public IReadOnlyList<StoredTensor> Parts => parts.Taken;

    public int Inputs { get; } = shape[^1] <= MostInputs && shape.All(size => size > 0) ? (int)shape[^1] : throw parts.Codes.WrongShape($"a weight of 1 to {MostInputs} columns");

    public long Rows { get; } = (long)shape[..^1].Aggregate((Int128)1, (product, size) => Int128.Min(product * size, long.MaxValue)) is > 0 and <= MostRows and var rows ? rows
        : throw parts.Codes.WrongShape($"a weight of 1 to {MostRows} rows");

    /// <summary>Makes the bytes readable until <see cref="Close"/>.</summary>
    public virtual void Open()
    {
        foreach (var part in Parts)
        {
            part.Open();
        }
    }

    public void Close()
    {
        foreach (var part in Parts)
        {
            part.Close();
        }
    }

    /// <summary>Whole rows as float32, rounded as the format's definition says. While it is open; from several threads.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="values">[rows, inputs]</param>
    public abstract void Widen(long first, int count, Span<float> values);
}
