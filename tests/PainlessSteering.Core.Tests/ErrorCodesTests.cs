using System.Reflection;
using System.Text.RegularExpressions;

namespace PainlessSteering.Tests.Core;

public sealed partial class ErrorCodesTests
{
    private static readonly string[] All = [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    [Fact]
    public void EveryKindIsDocumentedInOneSentence()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "errors.md"));
        Assert.Equal(All, CodeRow().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void AKindIsSpelledAsInJson() => Assert.All(All, code => Assert.Matches("^[a-z]+(_[a-z]+)*$", code));

    [GeneratedRegex(@"^\| `(\w+)` \| [A-Z][^|]+\. \|$", RegexOptions.Multiline)]
    private static partial Regex CodeRow();
}
