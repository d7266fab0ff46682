namespace PainlessSteering.Tests.Cli;

/// <summary>Tests that give the tool a standard input, which is one for the whole process: none runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StandardInputCollection
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "standard input";
}
