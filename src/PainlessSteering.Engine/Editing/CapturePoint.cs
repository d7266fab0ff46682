namespace PainlessSteering.Engine.Editing;

/// <summary>A place whose activations are kept: a layer (-1 for the embeddings) and a hook point.</summary>
/// <param name="Layer">0-based block, or -1.</param>
/// <param name="Point">The point in it.</param>
public readonly record struct CapturePoint(int Layer, HookPoint Point)
{
    /// <summary>How many blocks must run to pass this place.</summary>
    internal int Blocks => Layer + 1;
}
