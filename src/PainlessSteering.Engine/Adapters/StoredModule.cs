namespace PainlessSteering.Engine.Adapters;

/// <summary>Where a linear map's weight stands in the checkpoint: in one of its own, or among the rows of a fused one.</summary>
/// <param name="Name">The module's name there, without <c>.weight</c>.</param>
/// <param name="Rows">Rows of the whole weight.</param>
/// <param name="FirstRow">The map's first row in it.</param>
internal sealed record StoredModule(string Name, int Rows, int FirstRow = 0);
