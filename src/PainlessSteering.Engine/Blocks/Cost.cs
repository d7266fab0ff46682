namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What a part of a model takes, counted from its shapes: weights, memory and operations. A block's cost is the sum of its parts', and
/// every estimate of the engine (parameters, memory budgets, a training's memory, a sweep's operations) is a sum over blocks.
/// Elements are of the type computed in; what is kept in float32 whatever that type is counted as floats.
/// </summary>
internal sealed record Cost
{
    /// <summary>Products of a row with weights.</summary>
    public IReadOnlyList<WeightProduct> Products { get; init; } = [];

    /// <summary>Weights that are in no product: norms, biases, tables. In elements.</summary>
    public long OtherParameters { get; init; }

    /// <summary>Operations for each token that a row sees, itself included: scores and mixture.</summary>
    public long SeenOperations { get; init; }

    /// <summary>Most tokens that a row sees, itself included; null for all before it.</summary>
    public int? Window { get; init; }

    /// <summary>Operations by which a row changes a recurrent state and reads it, whatever the tokens before it.</summary>
    public long RecurrentOperations { get; init; }

    /// <summary>Elements of a row that are alive at once in a pass without gradients.</summary>
    public long RowElements { get; init; }

    /// <summary>The same in float32.</summary>
    public long RowFloats { get; init; }

    /// <summary>Elements alive at once for each token that a row looks at.</summary>
    public long SeenElements { get; init; }

    /// <summary>The same in float32.</summary>
    public long SeenFloats { get; init; }

    /// <summary>Elements of the state for each token of a sequence.</summary>
    public long StateElements { get; init; }

    /// <summary>Float32 numbers of the state of a sequence, whatever its length.</summary>
    public long StateFloats { get; init; }

    /// <summary>Elements of a row that are kept for its gradients.</summary>
    public long KeptElements { get; init; }

    /// <summary>Elements of a row that its gradients take on their way.</summary>
    public long PassingElements { get; init; }

    /// <summary>All weights, in elements.</summary>
    public long Parameters => OtherParameters + Products.Sum(product => product.Held * product.Elements);

    /// <summary>Operations of one row, without what it sees; a multiply and an add are two.</summary>
    public long RowOperations => RecurrentOperations + (2 * Products.Sum(product => product.Used * product.Elements));

    /// <summary>Operations of a row that only leaves its trace in the state, as a token does in the last block.</summary>
    public long StateOperations => RecurrentOperations + (2 * Products.Where(product => product.IsOfState).Sum(product => product.Used * product.Elements));

    /// <summary>Inputs of all products of one row.</summary>
    public long ProductInputs => Products.Sum(product => (long)product.Used * product.Inputs);

    /// <summary>Number of products of one row.</summary>
    public int ProductCount => Products.Sum(product => product.Used);

    /// <summary>Operations of a row's look at the tokens before it and at itself.</summary>
    /// <param name="tokens">How many these are.</param>
    public long Seeing(int tokens) => SeenOperations * Math.Min(tokens, Window ?? tokens);

    /// <summary>Bytes of a row that are alive at once in a pass without gradients.</summary>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="seen">Tokens that it looks at.</param>
    public long RowBytes(int elementSize, int seen) => (elementSize * (RowElements + (SeenElements * seen))) + (sizeof(float) * (RowFloats + (SeenFloats * seen)));

    /// <summary>Bytes of a sequence's state.</summary>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="tokens">Tokens of the sequence.</param>
    public long StateBytes(int elementSize, int tokens) => (elementSize * StateElements * tokens) + (sizeof(float) * StateFloats);

    /// <summary>Two parts of one block, of which at most one has a window.</summary>
    public static Cost operator +(Cost left, Cost right) => new()
    {
        Products = [.. left.Products, .. right.Products],
        OtherParameters = left.OtherParameters + right.OtherParameters,
        SeenOperations = left.SeenOperations + right.SeenOperations,
        Window = left.SeenOperations > 0 ? left.Window : right.Window,
        RecurrentOperations = left.RecurrentOperations + right.RecurrentOperations,
        RowElements = left.RowElements + right.RowElements,
        RowFloats = left.RowFloats + right.RowFloats,
        SeenElements = left.SeenElements + right.SeenElements,
        SeenFloats = left.SeenFloats + right.SeenFloats,
        StateElements = left.StateElements + right.StateElements,
        StateFloats = left.StateFloats + right.StateFloats,
        KeptElements = left.KeptElements + right.KeptElements,
        PassingElements = left.PassingElements + right.PassingElements,
    };
}
