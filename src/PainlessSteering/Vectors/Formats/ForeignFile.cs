using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Vectors.Formats;

/// <summary>A file of vectors that another program wrote. Its numbers are read when they are asked for, until it is closed.</summary>
/// <param name="source">The open file.</param>
internal sealed class ForeignFile(IDisposable source) : IDisposable
{
    /// <summary>The format, as provenance names it.</summary>
    public required string Format { get; init; }

    /// <summary>The vectors.</summary>
    public required IReadOnlyList<Direction> Directions { get; init; }

    /// <summary>Keys that do not matter, and why. Every other key is used, or the file is refused.</summary>
    public IReadOnlyList<UnusedPart> Unused { get; init; } = [];

    /// <summary>How many entries the list has whose places alone say which blocks are steered; null where there is none.</summary>
    public int? ListLength { get; init; }

    public void Dispose() => source.Dispose();
}
