namespace PainlessSteering.Text.Templates.Execution;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}
