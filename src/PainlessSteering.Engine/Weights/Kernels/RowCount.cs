namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Rows that a kernel takes at once, as a type: so that one row gets code of its own, in which nothing of the others is left.</summary>
internal interface IRowCount
{
    static abstract int Count { get; }
}

/// <summary>One row.</summary>
internal readonly struct OneRow : IRowCount
{
    public static int Count => 1;
}

/// <summary>Four rows, which share the reading of a weight.</summary>
internal readonly struct FourRows : IRowCount
{
    public static int Count => 4;
}
