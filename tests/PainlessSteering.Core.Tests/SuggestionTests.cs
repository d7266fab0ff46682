namespace PainlessSteering.Tests.Core;

public class SuggestionTests
{
    [Theory]
    [InlineData("anwser", "answer")]
    [InlineData("question", "question")]
    [InlineData("questions", "question")]
    [InlineData("qeustoin", "question")]
    [InlineData("zzzzzz", null)]
    [InlineData("ab", null)]
    public void TheNearestNameIsFoundWhenItIsNear(string name, string? nearest) =>
        Assert.Equal(nearest, Suggestion.Nearest(name, ["question", "answer", "choices"]));
}
