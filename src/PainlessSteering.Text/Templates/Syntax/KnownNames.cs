namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>
/// Remembers filters and tests that do not exist. Such a name is an error of the template, but not inside a branch, which perhaps is never taken.
/// </summary>
internal sealed class KnownNames
{
    private readonly List<TemplateException> unknown = [];

    /// <summary>Whether what is read now is a branch.</summary>
    public bool Lenient { get; set; }

    /// <summary>A place to come back to.</summary>
    public int Mark => unknown.Count;

    /// <summary>Forgets what was found since a place.</summary>
    public void Forgive(int mark) => unknown.RemoveRange(mark, unknown.Count - mark);

    public void Require(bool exists, string what, string name, int line)
    {
        if (!exists && !Lenient)
        {
            unknown.Add(TemplateException.Syntax($"No {what} named '{name}'.", line));
        }
    }

    /// <summary>Refuses the template if it names what does not exist where it surely runs.</summary>
    public void EnsureKnown()
    {
        if (unknown.Count > 0)
        {
            throw unknown[0];
        }
    }
}
