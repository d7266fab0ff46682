namespace PainlessSteering.Text.Templates;

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>, or what else the template knows.</param>
/// <param name="Content">What is said.</param>
public sealed record TemplateMessage(string Role, string Content);
