using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Nodes;
using PainlessSteering.Text.Templates.Syntax;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates;

/// <summary>A parsed template of the language that Hugging Face's chat templates are written in: Jinja2 as transformers sets it up. Thread safe.</summary>
internal sealed class Template
{
    private readonly Body body;
    private readonly ScopeLayout layout;

    private const int LongestSource = 1_000_000;

    /// <exception cref="TemplateException">The text is no template, or one that takes too long to parse; the exception knows the line.</exception>
    public Template(string text)
    {
        if (text.Length > LongestSource)
        {
            throw new TemplateException("LimitError", FormattableString.Invariant($"a template of more than {LongestSource} characters"));
        }

        using var budget = new Budget();
        body = TemplateParser.Parse(text);
        layout = body.Inside(outer: null);
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">What the template is handed.</param>
    /// <param name="now">What <c>strftime_now</c> sees.</param>
    /// <param name="cancellation">Ends the rendering, within a fraction of a second.</param>
    /// <exception cref="TemplateException">The template stops or refuses; the exception knows the line.</exception>
    /// <exception cref="OperationCanceledException">The rendering was ended.</exception>
    public string Render(PythonDictionary variables, DateTime now, CancellationToken cancellation = default)
    {
        using var budget = new Budget(cancellation);
        var rendering = new Rendering(variables, Globals.All(now));
        var output = new TemplateOutput();
        try
        {
            body.Render(Scope.Root(layout, rendering), output);
            return output.ToString();
        }
        catch (TemplateException error) when (error.Line == 0)
        {
            throw new TemplateException(error.Kind, error.Message) { Line = rendering.Line };
        }
    }
}
