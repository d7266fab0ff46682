using System.Text.RegularExpressions;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Text;

/// <summary>The example of the package's README does what it says. The build makes <c>ReadmeExample</c> of it.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void TheExampleRuns()
    {
        var written = ReadmeExample.Run([DemoFolder.PathOf("model")]).ReplaceLineEndings("\n");
        Assert.Contains("again as text: Hello, world\n", written, StringComparison.Ordinal);
        Assert.Contains("3 texts\nHello, world\n", written, StringComparison.Ordinal);
        Assert.Equal("Tokens have offsets", string.Concat(Regex.Matches(written, @"^\d+ \S+ '(.*)'$", RegexOptions.Multiline).Select(line => line.Groups[1].Value)));
        Assert.Contains("Why is the sky blue?", written, StringComparison.Ordinal);
    }
}
