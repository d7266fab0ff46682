using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public class PromptsTests
{
    [Fact]
    public void McqPromptIsExact()
    {
        Assert.Equal("Why?\nA: x\nB: y\nC: z\nRespond with a single letter.\nAnswer:", Prompts.FullMcq("Why?", ["x", "y", "z"]));
        Assert.Equal("Why?\nA: x\nB: y\nRemember, so it is.\nRespond with a single letter.\nAnswer:", Prompts.FullMcq("Why?", ["x", "y"], "so it is"));
    }

    [Fact]
    public void StatementPromptHasOneSpace() => Assert.Equal("Why? x", Prompts.Statement("Why?", "x"));

    [Fact]
    public void LettersEndAtZ()
    {
        Assert.Equal("A", Prompts.Letter(0));
        Assert.Equal("Z", Prompts.Letter(25));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prompts.Letter(26));
    }
}
