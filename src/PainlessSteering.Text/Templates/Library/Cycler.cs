using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>What <c>cycler(…)</c> gives: the items one after the other, again and again.</summary>
internal sealed class Cycler : PythonObject
{
    private readonly IReadOnlyList<object> items;
    private int at;

    public Cycler(IReadOnlyList<object> items) => this.items = items.Count > 0 ? items : throw new TemplateException("RuntimeError", "at least one item has to be provided");

    public override string TypeName => "Cycler";

    public override object Attribute(string name) => name switch
    {
        "current" => items[at],
        "next" => new Builtin(name, "", _ => Next()),
        "reset" => new Builtin(name, "", _ => Reset()),
        _ => Missing.Value,
    };

    private object Next()
    {
        var item = items[at];
        at = (at + 1) % items.Count;
        return item;
    }

    private None Reset()
    {
        at = 0;
        return None.Value;
    }
}
