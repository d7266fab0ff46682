using System.Text.RegularExpressions;

namespace PainlessSteering;

/// <summary>Names and passwords in addresses, such as <c>https://anna:secret@mirror.example</c>, which no message may show.</summary>
internal static partial class UrlCredentials
{
    /// <summary>The text with stars in the place of every name and password before an address.</summary>
    public static string Hidden(string text) => text.Contains("://", StringComparison.Ordinal) ? Pattern().Replace(text, "://***@") : text;

    // The second form is a password with a slash in it, which is no address, but was meant as one; a port is no password.
    [GeneratedRegex(@"://[^/?#\s]*@|://[^/?#\s:@]+:(?!\d{1,5}(?![^/?#\s]))[^\s@]{1,200}@")]
    private static partial Regex Pattern();
}
