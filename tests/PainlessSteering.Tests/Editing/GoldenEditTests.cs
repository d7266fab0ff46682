using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Editing;

/// <summary>Every operation, site and spread on tiny models of the families, against transformers with hooks.</summary>
public class GoldenEditTests
{
    private const double Tolerance = 1e-3;

    /// <summary>Families whose edits are stored; one that this engine does not know yet is skipped by name.</summary>
    public static TheoryData<string> Families => ["llama", "qwen3-moe", "qwen3-next"];

    [Theory]
    [MemberData(nameof(Families))]
    public void OnePassAndTheNaiveSweepGiveTheGoldenLogitsOfEveryCase(string family)
    {
        using var scope = NewDisposeScope();
        using var golden = Golden.Open(family);
        foreach (var ofPrompt in golden.Cases.GroupBy(one => one.Prompt))
        {
            int[] vocabulary = [.. Enumerable.Range(0, golden.Model.Config.VocabularySize)];
            ChoicePrompt[] prompts = [new(golden.Prompts[ofPrompt.Key], vocabulary)];
            Candidate[] candidates = [.. ofPrompt.Select(one => new Candidate(one.Edits))];
            var fast = new GridSweep(golden.Model, new PromptRunner(golden.Model, EngineOptions.Default), Scorer.Letter).Run(prompts, candidates, null, null, default);
            var naive = new NaiveSweep(golden.Model, EngineOptions.Default, Scorer.Letter).Run(prompts, candidates, null, null, default);
            AssertClose(golden.Values($"unsteered.{ofPrompt.Key}"), fast.Scores(0, null), family);
            foreach (var (candidate, one) in ofPrompt.Index())
            {
                AssertClose(golden.Values($"{one.Name}.prompt_last"), fast.Scores(0, candidate), one.Name);
                AssertClose(golden.Values($"{one.Name}.prompt_last"), naive.Scores(0, candidate), one.Name);
                if (one.Name.StartsWith("corner.zero", StringComparison.Ordinal) || one.Name.StartsWith("corner.s=0", StringComparison.Ordinal))
                {
                    Assert.Equal(naive.Scores(0, null).ToArray(), naive.Scores(0, candidate).ToArray()); // Bit by bit.
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task GenerationUnderEveryCaseIsTheGoldenOne(string family)
    {
        using var golden = Golden.Open(family);
        var pieces = Enumerable.Range(0, golden.Model.Config.VocabularySize).ToDictionary(id => $"<{id}>", id => id);
        var tokenizer = Tokenizer.Load(
            new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new { pre_tokenizer = new { type = "Whitespace" }, model = new { type = "WordLevel", unk_token = "<0>", vocab = pieces } })), "numbers");
        await using var engine = new GenerationEngine(golden.Model, tokenizer, new GenerationEngineOptions { PrefillTokens = 16, MaxWaiting = 1000 });
        var all = golden.Cases.SelectMany(one => new[] { (Case: one, Rule: TokenRule.Last, Key: "from_prompt_last"), (Case: one, Rule: TokenRule.All, Key: "all") }).Select(async asked =>
        {
            var options = new GenerationOptions { MaxTokens = 12, Steering = [new Applied(asked.Case.Edits, asked.Rule)] };
            var expected = asked.Case.Greedy(asked.Key).TakeWhile(token => !golden.Model.Config.EndOfSequence.Contains(token)).ToArray();
            Assert.Equal(expected, (await engine.GenerateAsync(golden.Prompts[asked.Case.Prompt], options, TestContext.Current.CancellationToken)).Tokens);
        });
        await Task.WhenAll(all);
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> found, string name)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - found[i]) <= Tolerance, $"{name}, logit {i}: {expected[i]} and {found[i]}");
        }
    }

    private sealed record Applied(IReadOnlyList<SteeringEdit> Edits, TokenRule TokenRule) : ISteering
    {
        public SteeringCondition? Condition => null;
    }

    private sealed record Case(string Name, int Prompt, IReadOnlyList<SteeringEdit> Edits, JsonElement Expected)
    {
        public int[] Greedy(string tokens) => [.. Expected.GetProperty(tokens).GetProperty("greedy").EnumerateArray().Select(id => id.GetInt32())];
    }

    private sealed class Golden : IDisposable
    {
        private readonly SafeTensors _tensors;
        private readonly JsonDocument _document;

        private Golden(string family, CausalLM model)
        {
            Model = model;
            _tensors = SafeTensors.Open(Shared.PathOf("golden", "edits", family + ".safetensors"));
            _document = JsonDocument.Parse(Shared.Open("golden", "edits", family + ".json"));
            Prompts = _document.RootElement.GetProperty("prompts").EnumerateArray().ToDictionary(
                prompt => prompt.GetProperty("prompt").GetInt32(), prompt => prompt.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray());
            Cases = [.. _document.RootElement.GetProperty("cases").EnumerateArray().Select(one => new Case(
                one.GetProperty("name").GetString()!, one.GetProperty("prompt").GetInt32(),
                [.. one.GetProperty("edits").EnumerateArray().Select(edit => SteeringOperationTests.Edit(edit, Values(edit.GetProperty("vector").GetString()!)))],
                one.GetProperty("applied")))];
        }

        public CausalLM Model { get; }

        public Dictionary<int, int[]> Prompts { get; }

        public IReadOnlyList<Case> Cases { get; }

        public static Golden Open(string family)
        {
            var folder = Shared.PathOf("golden", "families", family);
            try
            {
                _ = ModelSource.Open(folder).Config;
            }
            catch (PasException e)
            {
                Assert.Skip($"{family} is not known yet: {e.Message}");
            }

            return new Golden(family, CausalLM.Load(folder));
        }

        public float[] Values(string name)
        {
            using var scope = NewDisposeScope();
            return _tensors.Load(name).data<float>().ToArray();
        }

        public void Dispose()
        {
            _tensors.Dispose();
            _document.Dispose();
            Model.Dispose();
        }
    }
}
