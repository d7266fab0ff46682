namespace PainlessSteering.Engine.Sources;

/// <summary>A key or file of a model's source that is not used.</summary>
/// <param name="Name">The file, or file and key.</param>
/// <param name="Reason">Why it does not matter.</param>
public sealed record UnusedPart(string Name, string Reason)
{
    /// <summary>Whether it is a key that nobody here knows, so that who made the model may miss it. Files that merely lie in the folder are none.</summary>
    public bool IsStrange { get; init; }
}
