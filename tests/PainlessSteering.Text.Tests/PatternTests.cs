using System.Diagnostics;
using PainlessSteering.Text;
using PainlessSteering.Text.Patterns;

namespace PainlessSteering.Tests.Text;

public sealed class PatternTests
{
    /// <summary>Every match becomes a bullet; the results are those of Oniguruma.</summary>
    [Theory]
    [InlineData("a|ab", "abab", "•b•b")]
    [InlineData("(?i:'s|'T)", "it's IT'S i'ſ", "it• IT• i•")]
    [InlineData("a$", "a\na", "•\n•")]
    [InlineData("^a", "a\na", "•\n•")]
    [InlineData("a\\Z", "a\n", "•\n")]
    [InlineData(".", "a\nb", "•\n•")]
    [InlineData("(?m:.)", "a\nb", "•••")]
    [InlineData("\\s+(?!\\S)|\\s+", "a   b  ", "a••b•")]
    [InlineData("(?<=a)b", "abbab", "a•ba•")]
    [InlineData("(?<!a)b", "abb", "ab•")]
    [InlineData("a{2,3}?", "aaaaa", "••a")]
    [InlineData("a++a|b", "aab", "aa•")]
    [InlineData("(?>a|ab)c", "abcac", "abc•")]
    [InlineData("[a-c&&[^b]]+", "abcab", "•b•b")]
    [InlineData("\\p{Lu}\\p{Ll}*", "FooBar𝔸x", "•••")]
    [InlineData("𝟻+", "1𝟻𝟻", "1•")]
    [InlineData("(?:ab)+", "ababa", "•a")]
    [InlineData("(a|b)*?c", "abc", "•")]
    [InlineData("\\bfoo\\b", "foo foobar foo", "• foobar •")]
    [InlineData("\\w+", "x² y_1", "• •")]
    [InlineData("[\\w]+", "x² y_1", "•² •")]
    [InlineData("\\h+", "xFFg", "x•g")]
    [InlineData("a{,2}", "aaa", "••")]
    [InlineData("a{x}", "a{x}", "•")]
    [InlineData("x*", "axb", "•a•b•")]
    [InlineData("[[:punct:]]+", "a$.b", "a•b")]
    [InlineData("\\R", "a\r\nb\n", "a•b•")]
    [InlineData("(?x) a b # c", "ab", "•")]
    [InlineData("(?i)É", "é", "•")]
    [InlineData("\\u4e2d|\\x41", "中A", "••")]
    [InlineData("[^\\S\\n]+", "a \t\n b", "a•\n•b")]
    [InlineData("\\p{Han}+", "漢字かな𠀀", "•かな•")]
    public void MatchesAreOniguruma(string pattern, string text, string replaced)
    {
        var matches = new List<(int Start, int End)>();
        new Pattern(pattern).FindAll(text, matches);
        var result = text;
        foreach (var (start, end) in matches.AsEnumerable().Reverse())
        {
            result = result[..start] + "•" + result[end..];
        }

        Assert.Equal(replaced, result);
    }

    [Theory]
    [InlineData("(a", "')'")]
    [InlineData("a)", "'('")]
    [InlineData("*a", "repeat")]
    [InlineData("[a", "too early")]
    [InlineData("[z-a]", "range")]
    [InlineData("\\p{Klingon}", "Klingon")]
    [InlineData("(a)\\1", "\\1")]
    [InlineData("(?<=a*)b", "look-behind")]
    [InlineData("a{3,2}", "bounds")]
    [InlineData("a\\", "too early")]
    public void WhatCannotBeReadIsNamed(string pattern, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => new Pattern(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void DeepNestingAndHugeRepetitionsAreRefused()
    {
        Assert.Throws<FormatException>(() => new Pattern(new string('(', 100_000)));
        Assert.Throws<FormatException>(() => new Pattern(new string('[', 100_000)));
        Assert.Throws<FormatException>(() => new Pattern("(?:(?:ab){1000}){1000}"));
    }

    /// <summary>A long pattern on a small stack is an error, not the end of the process.</summary>
    [Fact]
    public void AMatchThatNestsTooDeeplyIsGivenUp()
    {
        Exception? thrown = null;
        var pattern = new Pattern(string.Concat(Enumerable.Repeat("a?", 9_000)));
        var thread = new Thread(() => thrown = Record.Exception(() => pattern.FindAll(new string('a', 9_000), [])), maxStackSize: 160 * 1024);
        thread.Start();
        thread.Join();
        Assert.IsType<TextLimitException>(thrown);
    }

    [Theory]
    [InlineData("(?:a+)+b")]
    [InlineData("(?:a|a)*b")]
    [InlineData("a*a*a*b")]
    public void ExponentialSearchesAreGivenUp(string pattern)
    {
        var clock = Stopwatch.StartNew();
        Assert.Throws<TextLimitException>(() => new Pattern(pattern).FindAll(new string('a', 20_000), []));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }
}
