using ScottPlot;
using SkiaSharp;

namespace PainlessSteering.Reports.Pictures;

/// <summary>
/// Finds a font to write with. Skia looks in the system's folders only, and where there is none (a bare container) it leaves out all text
/// without a word; so fonts of the user's own are tried next, and no font at all is an error.
/// </summary>
internal static class PictureFont
{
    private const string OwnName = "Picture font";

    private static readonly string[] Preferred =
        ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Open Sans", "Roboto", "Arial", "Helvetica", "Segoe UI"];

    /// <summary>The name of a font that ScottPlot can write with.</summary>
    /// <exception cref="PasException">There is none.</exception>
    public static string Find() => TryFind() ?? throw new PasException(
        "cannot draw the picture: no font is installed, so it would have no words",
        remedy: "install one (apt-get install fonts-dejavu-core) or copy a .ttf file to ~/.fonts")
    { Code = ErrorCodes.Unavailable };

    /// <summary>The same, or null where there is none.</summary>
    public static string? TryFind() => OfSystem(SKFontManager.Default.FontFamilies) ?? OfUser(Folders());

    internal static string? OfSystem(IEnumerable<string> families)
    {
        var usable = families.Where(Writes).ToArray();
        return Preferred.FirstOrDefault(usable.Contains) ?? usable.Order(StringComparer.Ordinal).FirstOrDefault();
    }

    internal static string? OfUser(IEnumerable<string> folders)
    {
        var files = folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.?tf", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            using var typeface = SKTypeface.FromFile(file);
            if (Writes(typeface))
            {
                Fonts.AddFontFile(OwnName, file);
                return OwnName;
            }
        }

        return null;
    }

    private static IEnumerable<string> Folders()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [Path.Combine(home, ".fonts"), Path.Combine(home, ".local/share/fonts"), "/usr/local/share/fonts"];
    }

    private static bool Writes(string family)
    {
        using var typeface = SKTypeface.FromFamilyName(family);
        return Writes(typeface);
    }

    // Symbol fonts have no letters.
    private static bool Writes(SKTypeface? typeface) => typeface is not null && typeface.ContainsGlyphs("layer 0123456789+-%");
}
