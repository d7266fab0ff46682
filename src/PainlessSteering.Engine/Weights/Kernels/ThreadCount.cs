namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Lets libtorch's operators take so many threads where this one calls them, until it is disposed.</summary>
/// <param name="count">At least 1.</param>
internal readonly ref struct ThreadCount(int count) : IDisposable
{
    private readonly int _before = Libtorch.UseThreads(count);

    public void Dispose() => Libtorch.UseThreads(_before);
}
