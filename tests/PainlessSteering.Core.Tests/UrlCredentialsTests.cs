namespace PainlessSteering.Tests.Core;

/// <summary>Names and passwords in addresses are in no message.</summary>
public sealed class UrlCredentialsTests
{
    [Theory]
    [InlineData("at https://anna:secret@mirror.example/hub: no", "at https://***@mirror.example/hub: no")]
    [InlineData("'http://secret@h' and 'http://b:secret@i:80/x'", "'http://***@h' and 'http://***@i:80/x'")]
    [InlineData("https://a:sec@ret@h/x", "https://***@h/x")]
    [InlineData("https://a:se/cr#et@h/x", "https://***@h/x")]
    [InlineData("http://h:8080/@scope/name and mail@x.example", "http://h:8080/@scope/name and mail@x.example")]
    [InlineData("http://h/path@1.0", "http://h/path@1.0")]
    [InlineData("no address", "no address")]
    public void AreHidden(string text, string expected) => Assert.Equal(expected, UrlCredentials.Hidden(text));

    [Fact]
    public void NoPartOfAnErrorHasThem()
    {
        const string Url = "http://anna:secret@h/x";
        var error = new PasException(Url, Url, Url, Url, Url);
        Assert.All([error.What, error.Where, error.Expected, error.Found, error.Remedy, error.Message, error.At(Url).Message], part => Assert.DoesNotContain("secret", part, StringComparison.Ordinal));
    }

    [Fact]
    public void ALongTextTakesNoLongTime()
    {
        var text = string.Concat(Enumerable.Repeat("://a:b", 20_000));
        Assert.Equal(text, UrlCredentials.Hidden(text));
    }
}
