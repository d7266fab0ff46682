using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The variable <c>loop</c>: where a loop is, and its neighbours. It looks ahead only when asked, as generators can be walked once.</summary>
internal sealed class LoopState : Callable
{
    private readonly object iterable;
    private readonly int depth;
    private readonly Func<object, string>? recurse;
    private IEnumerator<object> items;
    private object after = Missing.Value;
    private object before = Missing.Value;
    private object lastChanged = Missing.Value;
    private int index = -1;
    private int? length;

    /// <param name="iterable">What is walked through.</param>
    /// <param name="depth">How many loops of a recursion are around.</param>
    /// <param name="recurse">Renders the loop over other items; null where the loop is not recursive.</param>
    public LoopState(object iterable, int depth, Func<object, string>? recurse)
    {
        (this.iterable, this.depth, this.recurse) = (iterable, depth, recurse);
        items = PythonType.Iterate(iterable).GetEnumerator();
    }

    public override string TypeName => "LoopContext";

    public object Current { get; private set; } = Missing.Value;

    public int Length => length ??= PythonType.Length(iterable) ?? CountAhead();

    public bool MoveNext()
    {
        var next = Peek();
        if (next is Missing)
        {
            return false;
        }

        after = Missing.Value;
        index++;
        (before, Current) = (Current, next);
        return true;
    }

    public override string Repr() => FormattableString.Invariant($"<LoopContext {index + 1}/{Length}>");

    public override object Attribute(string name) => name switch
    {
        "index" => new BigInteger(index + 1),
        "index0" => new BigInteger(index),
        "revindex" => new BigInteger(Length - index),
        "revindex0" => new BigInteger(Length - index - 1),
        "first" => index == 0,
        "last" => Peek() is Missing,
        "length" => new BigInteger(Length),
        "depth" => new BigInteger(depth + 1),
        "depth0" => new BigInteger(depth),
        "previtem" => index == 0 ? new Undefined("there is no previous item") : before,
        "nextitem" => Peek() is Missing ? new Undefined("there is no next item") : Peek(),
        "cycle" => new Builtin(name, "*", a => Cycle(((PythonTuple)a[0]).Items)),
        "changed" => new Builtin(name, "*", a => Changed((PythonTuple)a[0])),
        _ => Missing.Value,
    };

    public override object Call(Arguments arguments)
    {
        if (recurse is null)
        {
            throw TemplateException.Type("The loop must have the 'recursive' marker to be called recursively.");
        }

        return arguments.Positional.Count == 1 ? recurse(arguments.Positional[0]) : throw TemplateException.Type("a recursive loop takes exactly one argument");
    }

    private object Peek()
    {
        if (after is Missing && items.MoveNext())
        {
            after = items.Current;
        }

        return after;
    }

    private int CountAhead()
    {
        var rest = new List<object>();
        while (items.MoveNext())
        {
            rest.Add(items.Current);
        }

        items = rest.GetEnumerator();
        return rest.Count + index + 1 + (after is Missing ? 0 : 1);
    }

    private object Cycle(IReadOnlyList<object> values) => values.Count > 0 ? values[index % values.Count] : throw TemplateException.Type("no items for cycling given");

    private bool Changed(PythonTuple values)
    {
        var changed = lastChanged is Missing || !PythonEquality.AreEqual(lastChanged, values);
        lastChanged = values;
        return changed;
    }
}
