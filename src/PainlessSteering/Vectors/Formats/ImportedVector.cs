using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Vectors.Formats;

/// <summary>A vector that was read from another program's file.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="Unused">Keys of the file that do not matter, and why; every other one was used.</param>
public sealed record ImportedVector(SteeringVector Vector, IReadOnlyList<UnusedPart> Unused);
