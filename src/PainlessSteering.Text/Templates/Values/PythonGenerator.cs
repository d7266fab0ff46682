namespace PainlessSteering.Text.Templates.Values;

/// <summary>Items that are made when asked for, and can be walked through once. Always true, has no length, cannot be indexed.</summary>
internal sealed class PythonGenerator(IEnumerable<object> items, string typeName = "generator") : PythonObject
{
    private readonly IEnumerator<object> remaining = items.GetEnumerator();

    public override string TypeName => typeName;

    /// <summary>The function of Jinja2 that makes the items; it shows where a template prints the generator itself.</summary>
    public string? Function { get; init; }

    public override string Repr() => Function is null ? base.Repr() : $"<generator object {Function}>";

    /// <summary>The items not yet walked through.</summary>
    public IEnumerable<object> Rest()
    {
        while (remaining.MoveNext())
        {
            Budget.Spend();
            yield return remaining.Current;
        }
    }
}
