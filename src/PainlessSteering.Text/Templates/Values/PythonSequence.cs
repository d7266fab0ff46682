namespace PainlessSteering.Text.Templates.Values;

/// <summary>Items in order that can be indexed and sliced. Templates may not change them.</summary>
internal abstract class PythonSequence(IReadOnlyList<object> items) : PythonObject
{
    public IReadOnlyList<object> Items => items;

    /// <summary>A sequence of the same kind with other items.</summary>
    public abstract PythonSequence With(IReadOnlyList<object> others);
}
