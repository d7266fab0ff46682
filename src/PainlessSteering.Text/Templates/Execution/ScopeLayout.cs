namespace PainlessSteering.Text.Templates.Execution;

/// <summary>
/// The names of one scope, found before anything runs: Jinja2 decides by the text of the template, not by the course of the rendering,
/// which scope a name belongs to.
/// </summary>
internal sealed class ScopeLayout(ScopeLayout? outer)
{
    private readonly HashSet<string> stored = [];

    public Dictionary<string, NameSource> Names { get; } = [];

    public void Parameter(string name)
    {
        stored.Add(name);
        Names[name] = NameSource.Parameter;
    }

    public void Store(string name)
    {
        stored.Add(name);
        if (!Names.ContainsKey(name))
        {
            Names[name] = IsOuter(name) ? NameSource.Outer : NameSource.Nothing;
        }
    }

    public void Load(string name)
    {
        if (!Names.ContainsKey(name) && !IsOuter(name))
        {
            Names[name] = NameSource.Rendering;
        }
    }

    /// <summary>Declares what only one of several branches does: a name that a branch sets means the outer one where another branch is taken.</summary>
    public void Branches(params IEnumerable<Action<ScopeLayout>> branches)
    {
        var copies = new List<ScopeLayout>();
        foreach (var declare in branches)
        {
            var copy = new ScopeLayout(outer);
            copy.Take(this);
            declare(copy);
            copies.Add(copy);
        }

        var stores = copies.SelectMany(copy => copy.stored).Except(stored).ToArray();
        foreach (var copy in copies)
        {
            Take(copy);
        }

        foreach (var name in stores)
        {
            Names[name] = IsOuter(name) ? NameSource.Outer : NameSource.Rendering;
        }
    }

    private bool IsOuter(string name)
    {
        Budget.Spend();
        return outer is not null && (outer.Names.ContainsKey(name) || outer.IsOuter(name));
    }

    private void Take(ScopeLayout other)
    {
        Budget.Spend(1 + other.Names.Count); // A branch copies all names, and branches may be many.
        stored.UnionWith(other.stored);
        foreach (var (name, source) in other.Names)
        {
            Names[name] = source;
        }
    }
}
