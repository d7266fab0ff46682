using System.Text;

namespace PainlessSteering;

/// <summary>
/// An error that a user can act on, told in one line: what is wrong, where, what was expected, what was found and what to do.
/// Anything that a bad input, a bad option or a full disk can cause is thrown as this type; other exceptions are bugs.
/// </summary>
public sealed class PasException : Exception
{
    /// <summary>Creates the error. Leave out the parts that say nothing new.</summary>
    /// <param name="what">What is wrong, e.g. <c>answer is not one of the choices</c>.</param>
    /// <param name="where">File, and line or key where known, e.g. <c>items.csv, row 12, column 'answer'</c>.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="found">What was there instead.</param>
    /// <param name="remedy">What the user can do, as an imperative.</param>
    /// <param name="inner">The cause, shown only with <c>--verbose</c>.</param>
    public PasException(string what, string? where = null, string? expected = null, string? found = null, string? remedy = null, Exception? inner = null)
        : base(Compose(what, where, expected, found, remedy), inner)
    {
    }

    private static string Compose(string what, string? where, string? expected, string? found, string? remedy)
    {
        var line = new StringBuilder();
        if (where is not null)
        {
            line.Append(where).Append(": ");
        }

        line.Append(what);
        if (expected is not null)
        {
            line.Append("; expected ").Append(expected);
        }

        if (found is not null)
        {
            line.Append("; found ").Append(found);
        }

        if (remedy is not null)
        {
            line.Append("; ").Append(remedy);
        }

        return line.Replace("\r", "").Replace("\n", " ").ToString();
    }
}
