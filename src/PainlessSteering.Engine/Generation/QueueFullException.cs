namespace PainlessSteering.Engine.Generation;

/// <summary>As many requests wait as the engine lets wait; try again later.</summary>
/// <param name="waiting">How many wait.</param>
public sealed class QueueFullException(int waiting)
    : Exception(FormattableString.Invariant($"{waiting} requests wait already; try again later"))
{
    /// <summary>How many requests wait.</summary>
    public int Waiting { get; } = waiting;
}
