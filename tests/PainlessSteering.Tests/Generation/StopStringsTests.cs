using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Tests.Generation;

public class StopStringsTests
{
    [Theory]
    [InlineData("abcdef", "", "abcdef")]
    [InlineData("abcdef", "cd", "ab")]
    [InlineData("abcdef", "ef", "abcd")]
    [InlineData("abcdef", "x|f|cde", "ab")]
    [InlineData("aaab aaaab", "aaaab", "aaab ")]
    [InlineData("one\n\ntwo", "\n\n", "one")]
    [InlineData("ends with a beginning: <%en", "<%end%>", "ends with a beginning: <%en")]
    [InlineData("STOP", "STOP", "")]
    public void TheTextEndsBeforeTheFirstStopHoweverItIsCut(string text, string stops, string expected)
    {
        var random = new Random(1);
        var all = stops.Split('|', StringSplitOptions.RemoveEmptyEntries);
        for (var cut = 0; cut < 50; cut++)
        {
            var filter = new StopStrings(all);
            var passed = "";
            for (int at = 0, length; at < text.Length && !filter.Found; at += length)
            {
                length = Math.Min(cut == 0 ? 1 : random.Next(1, 6), text.Length - at);
                passed += filter.Append(text.Substring(at, length));
                Assert.StartsWith(passed, expected, StringComparison.Ordinal);
            }

            Assert.Equal(all.Any(stop => text.Contains(stop, StringComparison.Ordinal)), filter.Found);
            Assert.Equal(expected, passed + filter.Flush());
        }
    }

    [Fact]
    public void WhatCannotBecomeAStopIsNotHeldBack()
    {
        var filter = new StopStrings(["END"]);
        Assert.Equal("a", filter.Append("aE"));
        Assert.Equal("EN", filter.Append("NE"));
        Assert.Equal("Ex", filter.Append("x"));
    }
}
