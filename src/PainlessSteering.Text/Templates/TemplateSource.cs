namespace PainlessSteering.Text.Templates;

/// <param name="File">File that holds the template.</param>
/// <param name="Place">The template inside the file, with a comma after it; empty where the file is the template.</param>
/// <param name="Text">The template.</param>
internal sealed record TemplateSource(string File, string Place, string Text);
