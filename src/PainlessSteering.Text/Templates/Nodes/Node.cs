using PainlessSteering.Text.Templates.Execution;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>A part of a parsed template.</summary>
/// <param name="line">1-based line where it begins.</param>
internal abstract class Node(int line)
{
    public int Line => line;

    /// <summary>The parts of this part, in the order of the text.</summary>
    public abstract IEnumerable<Node> Children { get; }

    /// <summary>Tells a scope the names that this part loads and stores there. What lies in scopes of its own is left out.</summary>
    public virtual void Declare(ScopeLayout scope)
    {
        Budget.Spend(); // Deep trees are as deep here as when they run.
        foreach (var child in Children)
        {
            child.Declare(scope);
        }
    }

    /// <summary>Lays out the scopes inside this part; the scope around it is complete.</summary>
    public virtual void Nest(ScopeLayout scope)
    {
        Budget.Spend();
        foreach (var child in Children)
        {
            child.Nest(scope);
        }
    }

    /// <summary>This part and all inside it.</summary>
    public IEnumerable<Node> Everything()
    {
        var open = new Stack<Node>([this]);
        while (open.TryPop(out var node))
        {
            Budget.Spend();
            yield return node;
            foreach (var child in node.Children.Reverse())
            {
                open.Push(child);
            }
        }
    }
}
