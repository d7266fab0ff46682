using PainlessSteering.Reports.Page;

namespace PainlessSteering.Tests.Reports.Page;

/// <summary>Cells that no spreadsheet takes for a formula; numbers stay numbers.</summary>
public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1-2", "\"'+1-2\"")]
    [InlineData("-cmd|' /C calc'!A0", "\"'-cmd|' /C calc'!A0\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\uFF1D1+1", "\"'\uFF1D1+1\"")]
    [InlineData("-", "\"'-\"")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("-1E-05", "-1E-05")]
    [InlineData("+3", "+3")]
    [InlineData("a=1", "a=1")]
    public void ACell(string text, string expected) => Assert.Equal(expected, CsvText.Cell(text));
}
