using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>Real vocabularies against the ids and texts that Hugging Face's library gave for them.</summary>
public sealed class SharedTokenizerTests
{
    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("llama-spm-metaspace")]
    public void EveryCaseOfARealVocabularyMatches(string name)
    {
        using var json = Shared.Open("tokenizers", name, "tokenizer.json.gz");
        var tokenizer = Tokenizer.Load(json, name);
        var checkedCases = 0;
        foreach (var file in new[] { "cases.json.gz", "extended.json.gz" })
        {
            using var cases = JsonDocument.Parse(Shared.Open("tokenizers", name, file));
            foreach (var one in cases.RootElement.EnumerateArray())
            {
                var text = one.GetProperty("text").GetString()!;
                var ids = Ids(one.GetProperty("ids"));
                Assert.Equal(ids, tokenizer.Encode(text, addSpecialTokens: false));
                if (one.TryGetProperty("idsWithSpecial", out var withSpecial))
                {
                    Assert.Equal(Ids(withSpecial), tokenizer.Encode(text));
                }

                if (one.TryGetProperty("decoded", out var decoded))
                {
                    Assert.Equal(decoded.GetString(), tokenizer.Decode(ids, skipSpecialTokens: false));
                }

                checkedCases++;
            }
        }

        Assert.True(checkedCases > 100);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void BothFilesOfTheSmallModelGiveTheGoldenIds(string file)
    {
        var tokenizer = Tokenizer.Load(Shared.PathOf("models", "stories260K", file));
        using var golden = JsonDocument.Parse(Shared.Open("golden", "stories260K", "golden.json"));
        var prompts = golden.RootElement.GetProperty("prompts").EnumerateArray().Where(prompt => prompt.GetProperty("text").ValueKind == JsonValueKind.String).ToArray();
        Assert.NotEmpty(prompts);
        foreach (var prompt in prompts)
        {
            Assert.Equal(Ids(prompt.GetProperty("ids")), tokenizer.Encode(prompt.GetProperty("text").GetString()!));
        }

        foreach (var item in PasSplit())
        {
            Assert.Equal(item.Ids, tokenizer.Encode(item.Prompt));
        }

        Assert.Equal([447, 445, 457], "ABC".Select(letter => tokenizer.IdOf(letter.ToString())!.Value));
        Assert.Equal(512, tokenizer.VocabularySize);
    }

    private static IEnumerable<(string Prompt, int[] Ids)> PasSplit()
    {
        using var split = JsonDocument.Parse(Shared.Open("golden", "pas", "split_seed39.json"));
        return [.. split.RootElement.GetProperty("rows").EnumerateArray().Select(item => (item.GetProperty("prompt").GetString()!, Ids(item.GetProperty("prompt_ids"))))];
    }

    private static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
