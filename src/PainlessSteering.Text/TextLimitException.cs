namespace PainlessSteering.Text;

/// <summary>A text, or a file that says how to read texts, asks for more work or memory than it may; the message names the limit.</summary>
internal sealed class TextLimitException(string message) : Exception(message)
{
    /// <summary>The error for users.</summary>
    /// <param name="file">The tokenizer's file.</param>
    public PasException Of(string file) => new($"the tokenizer {Message}", file, inner: this) { Code = ErrorCodes.FileDamaged };
}
