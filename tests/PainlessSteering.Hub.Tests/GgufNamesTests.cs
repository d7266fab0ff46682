using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Hub;

/// <summary>What names of GGUF files say, on names as publishers write them.</summary>
public sealed class GgufNamesTests
{
    private static readonly string[] Files =
    [
        "README.md", "Tiny-1B-Q8_0.gguf", "Tiny-1B-Q4_K_M.gguf", "Tiny-1B-UD-Q4_K_XL.gguf", "Tiny-1B.IQ2_XXS.gguf", "tiny-1b-bf16.gguf", "mmproj-Tiny-1B-F16.gguf", "Tiny-1B.imatrix.gguf",
        "Q6_K/Tiny-1B-Q6_K-00002-of-00002.gguf", "Q6_K/Tiny-1B-Q6_K-00001-of-00002.gguf",
    ];

    [Theory]
    [InlineData("Tiny-1B-Q4_K_M.gguf", "Q4_K_M")]
    [InlineData("tiny-1b-q4_0.gguf", "Q4_0")]
    [InlineData("Tiny.UD-IQ3_XXS.gguf", "UD-IQ3_XXS")]
    [InlineData("gpt-oss-MXFP4_MOE.gguf", "MXFP4_MOE")]
    [InlineData("BF16/tiny-00001-of-00003.gguf", "BF16")]
    [InlineData("tiny.gguf", null)]
    [InlineData("Q8model.gguf", null)]
    public void AQuantisationIsSaid(string file, string? expected) => Assert.Equal(expected, GgufNames.Quantisation(file));

    [Theory]
    [InlineData("Q4_K_M", "Tiny-1B-Q4_K_M.gguf")]
    [InlineData("q8_0", "Tiny-1B-Q8_0.gguf")]
    [InlineData("Q4_K_XL", "Tiny-1B-UD-Q4_K_XL.gguf")]
    [InlineData("UD-Q4_K_XL", "Tiny-1B-UD-Q4_K_XL.gguf")]
    [InlineData("Q6_K", "Q6_K/Tiny-1B-Q6_K-00001-of-00002.gguf")]
    [InlineData("BF16", "tiny-1b-bf16.gguf")]
    [InlineData("Q4_K", null)]
    [InlineData("F16", null)]
    public void AQuantisationIsFound(string quantisation, string? expected) => Assert.Equal(expected, GgufNames.Find(GgufNames.Models(Files), quantisation));

    [Fact]
    public void WhatIsNoModelIsPassedOverAndASplitOneIsOne()
    {
        Assert.Equal(["Q6_K/Tiny-1B-Q6_K-00001-of-00002.gguf", "Tiny-1B-Q4_K_M.gguf", "Tiny-1B-Q8_0.gguf", "Tiny-1B-UD-Q4_K_XL.gguf", "Tiny-1B.IQ2_XXS.gguf", "tiny-1b-bf16.gguf"], GgufNames.Models(Files));
        Assert.Equal(["Q6_K/Tiny-1B-Q6_K-00001-of-00002.gguf", "Q6_K/Tiny-1B-Q6_K-00002-of-00002.gguf"], GgufNames.Parts("Q6_K/Tiny-1B-Q6_K-00002-of-00002.gguf", Files));
        Assert.Equal("Tiny-1B-Q4_K_M.gguf", GgufNames.Best(GgufNames.Models(Files)));
        Assert.Equal("a-Q8_0.gguf", GgufNames.Best(["a-F16.gguf", "a-Q2_K.gguf", "a-Q8_0.gguf"]));
        Assert.Equal("a.gguf", GgufNames.Best(["a.gguf", "b.gguf"]));
    }

    [Theory]
    [InlineData("owner/name", "main", null, null)]
    [InlineData("hf.co/owner/name:Q4_K_M", "main", "Q4_K_M", null)]
    [InlineData("hf:owner/name/sub/a.gguf@refs/pr/7", "refs/pr/7", null, "sub/a.gguf")]
    [InlineData("owner/name:q8_0@v2", "v2", "q8_0", null)]
    public void AHubNameIsRead(string text, string revision, string? quantisation, string? file)
    {
        var name = HubName.TryParse(text)!;
        Assert.Equal(("owner/name", revision, quantisation, file), (name.Repository.Name, name.Revision, name.Quantisation, name.File));
    }

    [Theory]
    [InlineData("owner/name/../../x.gguf")]
    [InlineData("owner/name/x.bin")]
    [InlineData("owner/name/")]
    [InlineData("owner/name:")]
    [InlineData("owner/name:../x")]
    [InlineData("owner/name/x.gguf:Q4_0")]
    [InlineData("name:Q4_0")]
    [InlineData("./owner/name")]
    [InlineData("ollama:llama3.1:8b")]
    public void OtherTextsAreNone(string text) => Assert.Null(HubName.TryParse(text));
}
