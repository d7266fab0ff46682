namespace PainlessSteering.Text.Templates.Values;

/// <summary>A value that .NET has no fitting type for.</summary>
internal abstract class PythonObject
{
    /// <summary>Python's name of the type, as errors say it.</summary>
    public abstract string TypeName { get; }

    /// <summary>What <c>repr</c> gives; containers are written by <see cref="PythonText"/>.</summary>
    public virtual string Repr() => $"<{TypeName} object>";

    /// <summary>A data attribute, or <see cref="Missing"/>.</summary>
    public virtual object Attribute(string name) => Missing.Value;
}
