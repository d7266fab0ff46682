namespace PainlessSteering.Text.Templates.Execution;

/// <summary>What a name holds when its scope is entered.</summary>
internal enum NameSource
{
    /// <summary>Whoever enters the scope gives it.</summary>
    Parameter,

    /// <summary>The variable of the rendering.</summary>
    Rendering,

    /// <summary>A copy of the outer scope's value, which assignments here do not change.</summary>
    Outer,

    /// <summary>Nothing yet.</summary>
    Nothing,
}
