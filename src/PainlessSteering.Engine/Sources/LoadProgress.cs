namespace PainlessSteering.Engine.Sources;

/// <summary>How far the loading of a model is.</summary>
/// <param name="Done">Numbers of the weights that are loaded.</param>
/// <param name="Total">Those of all weights of its files; a model may leave some out.</param>
public sealed record LoadProgress(long Done, long Total);
