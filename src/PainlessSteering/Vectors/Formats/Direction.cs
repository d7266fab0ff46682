namespace PainlessSteering.Vectors.Formats;

/// <summary>One vector in a file that another program wrote.</summary>
/// <param name="Name">The name in the file, e.g. <c>direction.15</c>.</param>
/// <param name="Layer">0-based block, where the file tells it.</param>
/// <param name="Values">[hidden size]</param>
internal sealed record Direction(string Name, int? Layer, float[] Values);
