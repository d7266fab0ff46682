using PainlessSteering.Reports.Pictures;
using SkiaSharp;

namespace PainlessSteering.Tests.Reports.Pictures;

public class PictureFontTests
{
    [Fact]
    public void WithoutAnyFontThereIsNone()
    {
        using var folder = new TempFolder();
        Assert.Null(PictureFont.OfSystem([]));
        Assert.Null(PictureFont.OfUser([folder.Path, Path.Combine(folder.Path, "absent")]));
    }

    [Fact]
    public void AFileThatIsNoFontIsPassedOver()
    {
        using var folder = new TempFolder();
        folder.Write("broken.ttf", "not a font");
        Assert.Null(PictureFont.OfUser([folder.Path]));
    }

    [Fact]
    public void AFontOfTheUsersOwnIsFound()
    {
        using var typeface = SKTypeface.FromFamilyName(SKFontManager.Default.FontFamilies.FirstOrDefault());
        Assert.SkipWhen(typeface is null || typeface.GlyphCount == 0, "needs a font to copy");
        using var folder = new TempFolder();
        using var stream = typeface!.OpenStream();
        var bytes = new byte[stream.Length];
        stream.Read(bytes, bytes.Length);
        folder.Write("own.ttf", bytes);
        var name = PictureFont.OfUser([folder.Path]);
        Assert.NotNull(name);
        Assert.Equal(typeface.FamilyName, ScottPlot.Fonts.GetTypeface(name, false, false).FamilyName);
    }
}
