namespace PainlessSteering.Training;

/// <summary>
/// Which inputs the running thread drops: a number made of seed, step and batch, so that a block computed twice drops the same, and a
/// resumed training the same as one that was never stopped. None outside of training.
/// </summary>
internal static class DropoutSeed
{
    [ThreadStatic]
    private static long? current;

    /// <summary>The number, or null where nothing is dropped.</summary>
    public static long? Current => current;

    /// <summary>Drops by this number until disposed.</summary>
    public static IDisposable Use(long seed)
    {
        current = seed;
        return new Scope();
    }

    private sealed class Scope : IDisposable
    {
        public void Dispose() => current = null;
    }
}
