namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>The writing direction of an architecture: which families' models its files hold, and what their metadata says of one.</summary>
/// <param name="Families">Entries of the key <c>architectures</c> of a config.json.</param>
/// <param name="Describe">Adds the keys that <see cref="GgufArchitecture.Configure"/> reads.</param>
internal sealed record GgufDescription(IReadOnlyList<string> Families, Action<ModelKeys> Describe);
