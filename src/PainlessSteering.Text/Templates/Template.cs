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

    /// <exception cref="TemplateException">The text is no template; the exception knows the line.</exception>
    public Template(string text)
    {
        body = TemplateParser.Parse(text);
        layout = body.Inside(outer: null);
    }

    /// <summary>Renders the template.</summary>
    /// <param name="variables">What the template is handed.</param>
    /// <param name="now">What <c>strftime_now</c> sees.</param>
    /// <exception cref="TemplateException">The template stops or refuses; the exception knows the line.</exception>
    public string Render(PythonDictionary variables, DateTime now)
    {
        using var budget = new Budget();
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
