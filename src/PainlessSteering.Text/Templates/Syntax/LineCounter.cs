namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Tells the 1-based line of places that are asked for from the front to the back.</summary>
internal sealed class LineCounter(string source)
{
    private int seen;
    private int line = 1;

    public int At(int index)
    {
        if (index > seen)
        {
            line += source.AsSpan(seen, index - seen).Count('\n');
            seen = index;
        }

        return line;
    }
}
