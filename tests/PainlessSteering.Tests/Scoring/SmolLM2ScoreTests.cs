using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Scoring;

/// <summary>Log-probabilities of texts under a real pretrained model: transformers' own, lm-evaluation-harness's, and steered ones.</summary>
public sealed class SmolLM2ScoreTests : IDisposable
{
    private const double Tolerance = 2e-3; // Of a sum over up to thirty tokens, each of which may differ by 1e-4.
    private const int ItemsOfASet = 3;

    private readonly IModelSource _source = ModelSource.Open(Shared.PathOf("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
    private readonly CausalLM _model;

    public SmolLM2ScoreTests() => _model = CausalLM.Load(_source);

    public void Dispose()
    {
        _model.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void TextsOfChoicesOfSixDataSetsInBothForms()
    {
        using var golden = Golden("smollm2", "scores.json");
        var encoder = new ChoiceEncoder(_source.Tokenizer, _model.Config, "items", Scorer.Parse("text"));
        var (prompts, expected) = (new List<ChoicePrompt>(), new List<double[]>());
        foreach (var item in golden.RootElement.EnumerateObject().SelectMany(set => set.Value.EnumerateArray().Take(ItemsOfASet)))
        {
            string[] choices = [.. item.GetProperty("choices").EnumerateArray().Select(choice => choice.GetString()!)];
            foreach (var form in new[] { "raw", "chat" })
            {
                var stored = item.GetProperty(form);
                int[][] continuations = [.. stored.GetProperty("choice_ids").EnumerateArray().Select(Ints)];
                var prompt = Prompt(_source.Tokenizer.Encode(stored.GetProperty("question_prompt").GetString()!), continuations);
                if (form == "raw")
                {
                    var question = stored.GetProperty("question_prompt").GetString()!;
                    var made = Scorer.Parse("text").Encode(new PresentedItem(0, new MultipleChoiceItem(question, choices, 0), choices, 0), encoder);
                    Assert.Equal(prompt.Tokens, made.Tokens);
                    Assert.Equal(continuations, made.Choices);
                }

                prompts.Add(prompt);
                expected.Add([.. stored.GetProperty("text").EnumerateArray().Select(number => number.GetDouble())]);
            }
        }

        AssertClose(expected, Sweep(prompts, []), null);
        Assert.Equal(2 * 6 * ItemsOfASet, prompts.Count);
    }

    [Fact]
    public void TextsOfPairsUnsteeredAndSteered()
    {
        const int Pairs = 12;
        using var golden = Golden("smollm2", "steering.json");
        using var vectors = SafeTensors.Open(Shared.PathOf("golden", "smollm2", "steering-pairs.safetensors"));
        var root = golden.RootElement;
        var pairs = root.GetProperty("pairs").GetProperty("test").EnumerateArray().Take(Pairs).Select(pair =>
        {
            var text = pair.GetProperty("prompt").GetString()!;
            var prompt = _source.Tokenizer.Encode(text);
            return Prompt(prompt, [.. new[] { "good", "bad" }.Select(side => _source.Tokenizer.Encode(text + pair.GetProperty(side).GetString())[prompt.Length..])]);
        }).ToList();
        using var scope = NewDisposeScope();
        var layer = root.GetProperty("layer").GetInt32();
        var values = vectors.Load($"pairs.layer{layer}").data<float>().ToArray();
        var cell = new Candidate(new SteeringEdit(layer, SteeringSite.Residual, SteeringOperation.Add, values, root.GetProperty("factor").GetDouble()));
        var scores = Sweep(pairs, [cell, new Candidate(cell.Edits[0].Times(-3))]);
        List<double[]> Expected(string name) => [.. root.GetProperty("test_scores").GetProperty(name).EnumerateArray().Take(Pairs).Select(pair => pair.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        AssertClose(Expected("unsteered"), scores, null);
        AssertClose(Expected("vector"), scores, 0);
    }

    [Fact]
    public void LogLikelihoodsOfTheHarness()
    {
        using JsonDocument requests = Golden("lm-eval", "requests.json"), results = Golden("lm-eval", "hf.json");
        List<ChoicePrompt> prompts = [.. requests.RootElement.GetProperty("steering_arc").EnumerateArray().Take(12).Select(request => Prompt(
            Ints(request.GetProperty("context_ids")), [.. request.GetProperty("continuations").EnumerateArray().Select(continuation => Ints(continuation.GetProperty("ids")))]))];
        List<double[]> expected = [.. results.RootElement.GetProperty("steering_arc").EnumerateArray().Take(12).Select(item => item.GetProperty("ll").EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        AssertClose(expected, Sweep(prompts, []), null);
    }

    private SweepResult Sweep(IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return new GridSweep(_model, new PromptRunner(_model, EngineOptions.Default), Scorer.Parse("text")).Run(prompts, candidates, null, null, TestContext.Current.CancellationToken);
    }

    private static ChoicePrompt Prompt(int[] tokens, int[][] choices) => new(tokens, choices) { Run = new LeafRun([.. choices.Select(choice => choice[..^1])]) };

    private static void AssertClose(List<double[]> expected, SweepResult found, int? candidate)
    {
        for (var prompt = 0; prompt < expected.Count; prompt++)
        {
            var scores = found.Scores(prompt, candidate);
            Assert.Equal(expected[prompt].Length, scores.Length);
            for (var choice = 0; choice < scores.Length; choice++)
            {
                Assert.Equal(expected[prompt][choice], scores[choice], Tolerance);
            }
        }
    }

    private static JsonDocument Golden(string folder, string name) => JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", folder, name)));

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
}
