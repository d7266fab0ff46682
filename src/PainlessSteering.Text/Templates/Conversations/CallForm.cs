namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>How a template wants an assistant's message that calls tools.</summary>
/// <param name="ArgumentsAsText">The arguments as JSON text, as the API sends them; else as a mapping.</param>
/// <param name="NullContent">No content as null; else as an empty text.</param>
internal sealed record CallForm(bool ArgumentsAsText, bool NullContent);
