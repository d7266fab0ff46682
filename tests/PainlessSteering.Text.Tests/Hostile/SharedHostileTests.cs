using System.Text.Json.Nodes;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Hostile;

/// <summary>Files that hung this program, or took all memory, once: each gives its right result or an error that names the limit.</summary>
public sealed class SharedHostileTests
{
    [Theory]
    [InlineData("find", "-1")]
    [InlineData("in", "False")]
    [InlineData("isascii_loop", "more than 5000000 steps")]
    [InlineData("replace", "14000000")]
    [InlineData("startswith_tuple", "more than 5000000 steps")]
    [InlineData("strip_chars", "0")]
    [InlineData("striptags__", "3000000")]
    public void ATemplateEndsInTime(string name, string expected)
    {
        var folder = Shared.PathOf("cases", "hostile", "templates", name);
        var rendered = "";
        var thrown = CpuLimit.Run(name, () => rendered = ChatTemplate.Load(folder).Render(new ChatTemplateInput([new JsonObject { ["role"] = "user", ["content"] = "x" }])));
        Assert.Contains(expected, thrown is null ? rendered : Assert.IsType<PasException>(thrown).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("icase_class_astral", "😀", null)]
    [InlineData("lookbehind_nested25", "😀", null)]
    [InlineData("replace_doubling", "a", "makes a text of more than 1000032 characters")]
    public void ATokenizerEndsInTime(string name, string text, string? refused)
    {
        var folder = Shared.PathOf("cases", "hostile", "tokenizers", name);
        int[] ids = [];
        var thrown = CpuLimit.Run(name, () => ids = Tokenizer.Load(folder).Encode(text));
        if (refused is null)
        {
            Assert.Null(thrown);
            Assert.Equal(4, ids.Length);
            return;
        }

        Assert.Contains(refused, Assert.IsType<PasException>(thrown).Message, StringComparison.Ordinal);
    }
}
