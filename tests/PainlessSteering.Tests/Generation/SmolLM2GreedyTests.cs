using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Generation;

/// <summary>What a real model says greedily, against transformers.</summary>
public sealed class SmolLM2GreedyTests
{
    /// <summary>The smallest gap between the best two logits is 0.0045, so no order of sums may give another token.</summary>
    [Fact]
    public async Task TwelvePromptsAreContinuedAsByTheReference()
    {
        using var golden = SmolLM2.Golden("forward.json");
        using var source = ModelSource.Open(SmolLM2.File);
        using var model = CausalLM.Load(source);
        await using var engine = new GenerationEngine(model, source.Tokenizer);
        var prompts = golden.RootElement.GetProperty("prompts").EnumerateArray().ToArray();
        var found = await Task.WhenAll(prompts.Select(prompt => Continue(engine, SmolLM2.Ints(prompt.GetProperty("ids")), SmolLM2.Ints(prompt.GetProperty("greedy")), model.Config.EndOfSequence)));
        Assert.Equal(12, prompts.Length);
        Assert.Equal(prompts.Select(prompt => SmolLM2.Ints(prompt.GetProperty("greedy"))), found);
        Assert.All(prompts, prompt => Assert.Equal(prompt.GetProperty("greedy_text").GetString(), source.Tokenizer.Decode(SmolLM2.Ints(prompt.GetProperty("greedy")), skipSpecialTokens: false)));
    }

    // The reference never stopped. The engine does, without telling at which of the ends of text: which it was is seen from what it is believed to be.
    private static async Task<int[]> Continue(GenerationEngine engine, int[] prompt, int[] expected, IReadOnlyList<int> ends)
    {
        var ids = new List<int>();
        while (ids.Count < expected.Length)
        {
            var text = await engine.GenerateAsync([.. prompt, .. ids], new GenerationOptions { MaxTokens = expected.Length - ids.Count }, TestContext.Current.CancellationToken);
            ids.AddRange(text.Tokens);
            if (text.FinishReason == FinishReason.Stop)
            {
                ids.Add(ends.Contains(expected[ids.Count]) ? expected[ids.Count] : -1);
            }
        }

        return [.. ids];
    }
}
