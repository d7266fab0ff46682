using System.Text;

namespace PainlessSteering;

/// <summary>
/// The name of a setting inside the text of an error. A library knows its own properties only; whoever shows the error calls them what
/// his users call them (see <see cref="PasException.Named"/>): an option, a field of a request, a key of a file.
/// </summary>
internal static class SettingName
{
    // Two characters that Unicode keeps for a program's own use, so that no text of a user has them.
    private const char Begin = '\uFDD0';
    private const char End = '\uFDD1';

    /// <summary>A place for the name of a setting, e.g. <c>$"use fewer {SettingName.Of(nameof(Threads))}"</c>.</summary>
    /// <param name="property">The library's own name of it: a property or a parameter.</param>
    public static string Of(string property) => $"{Begin}{property}{End}";

    /// <summary>Fills the places in a text.</summary>
    /// <param name="text">The text; or null.</param>
    /// <param name="nameOf">What a setting is called; null to leave its place as it is.</param>
    internal static string? Fill(string? text, Func<string, string?> nameOf)
    {
        if (text?.Contains(Begin, StringComparison.Ordinal) is not true)
        {
            return text;
        }

        var filled = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == Begin ? text.IndexOf(End, i) : -1;
            if (end < 0)
            {
                filled.Append(text[i]);
                continue;
            }

            filled.Append(nameOf(text[(i + 1)..end]) ?? text[i..(end + 1)]);
            i = end;
        }

        return filled.ToString();
    }
}
