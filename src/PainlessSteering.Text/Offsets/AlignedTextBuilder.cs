using System.Text;

namespace PainlessSteering.Text.Offsets;

/// <summary>Makes a text of another, part by part.</summary>
internal sealed class AlignedTextBuilder(AlignedText source)
{
    private readonly StringBuilder _text = new();
    private readonly List<(int Start, int End)> _units = [];

    /// <summary>Appends a text that stands for some units of the source.</summary>
    public void Append(string text, int start, int end)
    {
        Pay(text.Length);
        _text.Append(text);
        _units.AddRange(Enumerable.Repeat(source.Span(start, end), text.Length));
    }

    /// <summary>Appends units of the source as they are.</summary>
    public void Copy(int start, int end)
    {
        Pay(end - start);
        var units = new (int Start, int End)[end - start];
        source.CopyUnits(start, units);
        _text.Append(source.Text, start, end - start);
        _units.AddRange(units);
    }

    /// <summary>What is appended is paid for before it is.</summary>
    private void Pay(int length)
    {
        TextBudget.Spend(2 + (2L * length));
        TextBudget.Limit((long)_text.Length + length);
    }

    public AlignedText Build() => new(_text.ToString(), [.. _units]);
}
