using System.Text.Encodings.Web;
using System.Text.Json;

namespace PainlessSteering.Tests.Core;

/// <summary>Texts that a terminal may show.</summary>
public sealed class TerminalTextTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void EveryCharacterThatCommandsATerminalIsReplacedAndNoOther()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var commands = c is (< 0x20 and not ('\n' or '\t')) or (>= 0x7F and <= 0x9F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
            Assert.Equal(commands ? '\uFFFD' : (char)c, TerminalText.Safe((char)c));
        }
    }

    [Theory]
    [InlineData("plain ⊕ text\n\tnext", "plain ⊕ text\n\tnext")]
    [InlineData("a\r\nb\u001b", "a\nb\uFFFD")]
    [InlineData("\u001b]0;title\u0007", "\uFFFD]0;title\uFFFD")]
    [InlineData("\u009b31m", "\uFFFD31m")]
    [InlineData("invoice\u202Efdp.exe", "invoice\uFFFDfdp.exe")]
    public void AText(string text, string expected) => Assert.Equal(expected, TerminalText.Safe(text));

    [Fact]
    public void ALineStaysOne() => Assert.Equal("a b c d \uFFFDe", TerminalText.SafeLine("a\nb\r\nc\u0085d\u2028\u001be"));

    [Fact]
    public void AJsonDocumentStaysTheSame()
    {
        var text = string.Concat(Enumerable.Range(0, 0x2100).Select(c => (char)c));
        var json = TerminalText.SafeJson(JsonSerializer.Serialize(text, Relaxed));
        Assert.DoesNotContain(json, TerminalText.IsUnsafe);
        Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
    }
}
