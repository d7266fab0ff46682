using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Execution;

/// <summary>The variables of one part of a template while it runs.</summary>
internal sealed class Scope
{
    private readonly Scope? outer;
    private readonly Dictionary<string, object> values = [];

    private Scope(Scope? outer, Rendering rendering) => (this.outer, Rendering) = (outer, rendering);

    public Rendering Rendering { get; }

    public static Scope Root(ScopeLayout layout, Rendering rendering) => new Scope(null, rendering).Load(layout);

    public Scope Enter(ScopeLayout layout) => new Scope(this, Rendering).Load(layout);

    /// <summary>The value, or <see cref="Missing"/>.</summary>
    public object Get(string name)
    {
        var hops = 0;
        for (var scope = this; scope is not null; scope = scope.outer, hops++)
        {
            if (scope.values.TryGetValue(name, out var value))
            {
                PayForDepth(hops);
                return value;
            }
        }

        PayForDepth(hops);
        return Missing.Value;
    }

    private static void PayForDepth(int hops)
    {
        const int HopsPerStep = 8;
        if (hops >= HopsPerStep)
        {
            Budget.Spend(hops / HopsPerStep);
        }
    }

    public void Set(string name, object value) => values[name] = value;

    private Scope Load(ScopeLayout layout)
    {
        foreach (var (name, source) in layout.Names)
        {
            Budget.Spend();
            values[name] = source switch
            {
                NameSource.Rendering => Rendering.Resolve(name),
                NameSource.Outer => outer!.Get(name),
                _ => Missing.Value,
            };
        }

        return this;
    }
}
