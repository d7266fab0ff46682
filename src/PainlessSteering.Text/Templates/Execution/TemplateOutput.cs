using System.Text;

namespace PainlessSteering.Text.Templates.Execution;

/// <summary>Where statements write.</summary>
internal sealed class TemplateOutput
{
    private readonly StringBuilder text = new();

    public void Append(string part)
    {
        Budget.SpendText(part.Length);
        Budget.LimitText((long)text.Length + part.Length);
        text.Append(part);
    }

    public override string ToString() => text.ToString();
}
