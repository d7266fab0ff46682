using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Scoring;

/// <summary>Log-probabilities of texts under a real pretrained model: transformers' own, lm-evaluation-harness's, and steered ones.</summary>
public sealed class SmolLM2ScoreTests : IDisposable
{
    private const double LogitBound = 1e-3;
    private const double Tolerance = 2e-3; // Of a sum over up to thirty tokens, each of which may differ by 1e-4.
    private const int ItemsOfASet = 3, LettersOfASet = 2;

    private readonly IModelSource _source = ModelSource.Open(SmolLM2.File);
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
        using var golden = SmolLM2.Golden("scores.json");
        var encoder = new ChoiceEncoder(_source.Tokenizer, _model.Config, "items", Scorer.Parse("text"), LetterToken.Continuing);
        var (prompts, expected) = (new List<ChoicePrompt>(), new List<double[]>());
        foreach (var item in golden.RootElement.EnumerateObject().SelectMany(set => SmolLM2.Some(set.Value, ItemsOfASet)))
        {
            var choices = SmolLM2.Texts(item.GetProperty("choices"));
            foreach (var form in new[] { "raw", "chat" })
            {
                var stored = item.GetProperty(form);
                int[][] continuations = [.. stored.GetProperty("choice_ids").EnumerateArray().Select(SmolLM2.Ints)];
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
        Assert.Equal(2 * 6 * (SmolLM2.Whole ? 100 : ItemsOfASet), prompts.Count);
    }

    /// <summary>The token that answers stands where the model expects it: the letter with a blank, behind <c>Answer:</c>.</summary>
    [Fact]
    public void LettersOfSixDataSets()
    {
        using var golden = SmolLM2.Golden("scores.json");
        var encoder = new ChoiceEncoder(_source.Tokenizer, _model.Config, "items", Scorer.Letter, LetterToken.Continuing);
        var stored = golden.RootElement.EnumerateObject().SelectMany(set => SmolLM2.Some(set.Value, LettersOfASet)).ToList();
        List<ChoicePrompt> prompts = [.. stored.Select((item, i) => encoder.Choice(Presented(i, item)))];
        Assert.Equal(stored.Select(item => item.GetProperty("raw").GetProperty("prompt").GetString()), prompts.Select(prompt => prompt.Text));
        Assert.Equal(stored.Select(item => SmolLM2.Ints(item.GetProperty("raw").GetProperty("ids"))), prompts.Select(prompt => prompt.Tokens));

        var swept = Sweep(prompts, [], Scorer.Letter);
        AssertClose([.. stored.Select(item => SmolLM2.Doubles(item.GetProperty("raw").GetProperty("space")))], swept, null);
        Assert.Equal(stored.Take(20).Average(item => item.GetProperty("raw").GetProperty("space_mass").GetDouble()), swept.Mass!.Value, 1e-3);

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        new PromptRunner(_model, EngineOptions.Default).Run([.. prompts.Select(prompt => prompt.Tokens)], 0, (indices, batch) =>
        {
            var logits = _model.Logits(_model.Forward(batch)).view(indices.Count, -1);
            foreach (var (row, index) in indices.Index())
            {
                var (item, all) = (stored[index].GetProperty("raw"), logits[row].logsumexp(-1).item<float>());
                Assert.Equal(item.GetProperty("logsumexp").GetDouble(), all, LogitBound);
                foreach (var (name, prefix) in new[] { ("bare", ""), ("space", "Ġ") })
                {
                    double[] letters = [.. prompts[index].Choices.Select((_, choice) => (double)logits[row, _source.Tokenizer.IdOf(prefix + Prompts.Letter(choice))!.Value].item<float>())];
                    Assert.All(SmolLM2.Doubles(item.GetProperty(name)).Zip(letters), pair => Assert.Equal(pair.First, pair.Second, LogitBound));
                    Assert.Equal(1, letters.Sum(letter => Math.Exp(letter - all)) / item.GetProperty(name + "_mass").GetDouble(), 2e-3);
                }
            }
        }, null, TestContext.Current.CancellationToken);
    }

    /// <summary>Without a blank the letters have under one percent of the probability.</summary>
    [Fact]
    public void BareLettersAreNotWhatItAnswers()
    {
        using var golden = SmolLM2.Golden("scores.json");
        var encoder = new ChoiceEncoder(_source.Tokenizer, _model.Config, "items", Scorer.Letter, LetterToken.Bare);
        var stored = golden.RootElement.GetProperty("openbookqa/dev_complete").EnumerateArray().Take(LettersOfASet).ToList();
        var swept = Sweep([.. stored.Select((item, i) => encoder.Choice(Presented(i, item)))], [], Scorer.Letter);
        AssertClose([.. stored.Select(item => SmolLM2.Doubles(item.GetProperty("raw").GetProperty("bare")))], swept, null);
        Assert.InRange(swept.Mass!.Value, 0, 0.01);
    }

    [Fact]
    public void TextsOfPairsUnsteeredAndSteered()
    {
        const int Pairs = 12;
        using var golden = SmolLM2.Golden("steering.json");
        using var vectors = SafeTensors.Open(SmolLM2.GoldenFile("steering-pairs.safetensors"));
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
        using JsonDocument requests = Harness("requests.json"), results = Harness("hf.json");
        List<ChoicePrompt> prompts = [.. requests.RootElement.GetProperty("steering_arc").EnumerateArray().Take(12).Select(request => Prompt(
            SmolLM2.Ints(request.GetProperty("context_ids")), [.. request.GetProperty("continuations").EnumerateArray().Select(continuation => SmolLM2.Ints(continuation.GetProperty("ids")))]))];
        List<double[]> expected = [.. results.RootElement.GetProperty("steering_arc").EnumerateArray().Take(12).Select(item => item.GetProperty("ll").EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        AssertClose(expected, Sweep(prompts, []), null);
    }

    private static PresentedItem Presented(int index, JsonElement item)
    {
        var choices = SmolLM2.Texts(item.GetProperty("choices"));
        return new PresentedItem(index, new MultipleChoiceItem(item.GetProperty("question").GetString()!, choices, 0), choices, 0);
    }

    private SweepResult Sweep(IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, Scorer? scorer = null)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return new GridSweep(_model, new PromptRunner(_model, EngineOptions.Default), scorer ?? Scorer.Parse("text")).Run(prompts, candidates, null, null, TestContext.Current.CancellationToken);
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

    private static JsonDocument Harness(string name) => JsonDocument.Parse(File.ReadAllBytes(Shared.PathOf("golden", "lm-eval", name)));
}
