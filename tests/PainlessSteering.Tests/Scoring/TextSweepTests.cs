using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Editing;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Scoring;

/// <summary>The text of every choice under every candidate in one pass, against each choice by itself.</summary>
public class TextSweepTests
{
    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void EveryNumberIsThatOfPlainLoopsOverPromptAndChoice(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config(name));
        var (prompts, candidates) = (Prompts(), Candidates(model.Config));
        var fast = Sweep(model, prompts, candidates, rows: 2048);
        var naive = new NaiveSweep(model, EngineOptions.Default, Scorer.Parse("text")).Run(prompts, candidates, null, null, default);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = -1; cell < candidates.Count; cell++)
            {
                int? candidate = cell < 0 ? null : cell;
                AssertClose(naive.Scores(prompt, candidate), fast.Scores(prompt, candidate), 5e-4);
                AssertClose(Plain(model, prompts[prompt], cell < 0 ? [] : candidates[cell].Edits), fast.Scores(prompt, candidate), 1e-3);
            }
        }

        Assert.All(Enumerable.Range(1, candidates.Count - 1), cell => Assert.NotEqual(fast.Scores(0, 0)[0], fast.Scores(0, cell)[0]));
    }

    [Fact]
    public void SmallBatchesGiveTheSameNumbersAndThreadsTheSameBytes()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        var (prompts, candidates) = (Prompts(), Candidates(model.Config));
        var whole = Sweep(model, prompts, candidates, rows: 4096);
        var pieces = Sweep(model, prompts, candidates, rows: 30);
        var (one, three) = (Sweep(model, prompts, candidates, rows: 200, threads: 1), Sweep(model, prompts, candidates, rows: 200, threads: 3));
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = 0; cell < candidates.Count; cell++)
            {
                AssertClose(whole.Scores(prompt, cell), pieces.Scores(prompt, cell), 5e-4);
                Assert.Equal(one.Scores(prompt, cell).ToArray(), three.Scores(prompt, cell).ToArray());
            }
        }
    }

    /// <summary>The other way that the engine has: the prompt and then the choice token by token behind its keys and values, edited as in generation.</summary>
    [Fact]
    public void ARealModelGivesWhatGenerationWouldGive()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Load(Shared.PathOf("models", "stories260K"));
        var prompts = Prompts();
        var candidates = Candidates(model.Config, strength: 0.4);
        var fast = Sweep(model, prompts, candidates, rows: 512);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = -1; cell < candidates.Count; cell++)
            {
                AssertClose(TokenByToken(model, prompts[prompt], cell < 0 ? [] : candidates[cell].Edits), fast.Scores(prompt, cell < 0 ? null : cell), 1e-3);
            }
        }
    }

    /// <summary>Experts, which route each row by itself, and mixers that carry a state and not keys and values.</summary>
    [Theory]
    [InlineData("qwen3-moe")]
    [InlineData("qwen3-next")]
    public void AFamilyGivesWhatGenerationWouldGive(string family)
    {
        using var scope = NewDisposeScope();
        var folder = Shared.PathOf("golden", "families", family);
        try
        {
            _ = ModelSource.Open(folder).Config;
        }
        catch (PasException e)
        {
            Assert.Skip($"{family} is not known yet: {e.Message}");
        }

        using var model = CausalLM.Load(folder);
        var (prompts, candidates) = (Prompts()[1..4], Candidates(model.Config)[3..]);
        var fast = Sweep(model, prompts, candidates, rows: 512);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = -1; cell < candidates.Count; cell++)
            {
                AssertClose(TokenByToken(model, prompts[prompt], cell < 0 ? [] : candidates[cell].Edits), fast.Scores(prompt, cell < 0 ? null : cell), 1e-3);
            }
        }
    }

    [Fact]
    public void InBfloat16ItIsNear()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama, ScalarType.BFloat16);
        var (prompts, candidates) = (Prompts(), Candidates(model.Config));
        var fast = Sweep(model, prompts, candidates, rows: 2048);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            AssertClose(TokenByToken(model, prompts[prompt], candidates[3].Edits), fast.Scores(prompt, 3), 0.4);
        }
    }

    /// <summary>Activations are recorded at the prompt's last token, also where something goes on from it.</summary>
    [Fact]
    public void WhatIsRecordedIsTheLastTokenOfThePrompt()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        CapturePoint[] points = [.. SteeringSite.All.SelectMany(site => new[] { site.WrittenAt(0), site.WrittenAt(2) })];
        RecordedActivations Record(string scorer)
        {
            var recorded = new RecordedActivations(points, Prompts().Count, model.Config.HiddenSize);
            new GridSweep(model, new PromptRunner(model, EngineOptions.Default), Scorer.Parse(scorer)).Run(
                [.. Prompts().Select(prompt => scorer == "text" ? prompt : new ChoicePrompt(prompt.Tokens, [1, 2]))], Candidates(model.Config), recorded, null, default);
            return recorded;
        }

        using RecordedActivations text = Record("text"), letter = Record("letter");
        Assert.All(points, point => Assert.True((text[point] - letter[point]).abs().max().item<float>() < 1e-4f));
    }

    private static List<ChoicePrompt> Prompts()
    {
        var head = TinyModels.Tokens(1, 14);
        int[][] prompts = [[.. head, 7, 8, 9, 4], [.. head, 7, 8, 9, 5], [.. head, 30, 2], TinyModels.Tokens(2, 11), [17]];
        int[][] choices = [[5, 9, 30, 2], [5, 9, 31], [4], [40, 12, 12, 12, 8, 9, 3], [6, 7]];
        return [.. prompts.Select((tokens, i) => new ChoicePrompt(tokens, [.. choices.Skip(i % 3).Take(2 + (i % 2))]))
            .Select(prompt => prompt with { Run = new LeafRun([.. prompt.Choices.Select(choice => choice[..^1])]) })];
    }

    private static List<Candidate> Candidates(ModelConfig config, double strength = 1)
    {
        using var generator = new Generator(5);
        SteeringEdit Edit(int layer, string site, string operation) => new(
            layer, SteeringSite.Parse(site), SteeringOperation.Parse(operation), randn([config.HiddenSize], generator: generator).data<float>().ToArray(), strength, operation == "set" ? 1.5 : null);
        var last = config.Layers - 1;
        return
        [
            new(Edit(last, "residual", "add")), new(Edit(1, "mlp", "ablate")), new(Edit(0, "self_attn", "set")), new(Edit(1, "post_attn", "turn")),
            new(Edit(last, "mlp", "add"), Edit(0, "residual", "ablate")), new(Edit(1, "self_attn", "add")), new(Edit(0, "residual", "add"), Edit(1, "residual", "set"), Edit(1, "residual", "add")),
        ];
    }

    private static SweepResult Sweep(CausalLM model, List<ChoicePrompt> prompts, List<Candidate> candidates, int rows, int threads = 2) =>
        new GridSweep(model, new PromptRunner(model, new EngineOptions(threads, rows)), Scorer.Parse("text")).Run(prompts, candidates, null, null, default);

    private static float[] Plain(CausalLM model, ChoicePrompt prompt, IReadOnlyList<SteeringEdit> edits)
    {
        var loops = new PlainLoops(model) { Edit = PlainEdits.From(prompt.Tokens.Length - 1, edits) };
        return [.. prompt.Choices.Select(choice => (float)choice.Select((token, i) => LogProbability(loops.Logits([.. prompt.Tokens, .. choice[..i]]), token)).Sum())];
    }

    private static float[] TokenByToken(CausalLM model, ChoicePrompt prompt, IReadOnlyList<SteeringEdit> edits)
    {
        using var alone = new ThreadCount(1); // Steps are small, and threads that wait for each other are slow beside other tests.
        using var plan = new EditPlan([edits], model.DataType, model.Device);
        var hook = new EditHook(plan, EditMembers.Prompts);
        return [.. prompt.Choices.Select(choice =>
        {
            using var state = new SequenceState(model, prompt.Tokens.Length + choice.Length);
            var hidden = model.Forward(PackedBatch.Append(prompt.Tokens, 0), hook, states: [state]);
            var sum = 0.0;
            foreach (var token in choice)
            {
                sum += LogProbability([.. model.Logits(hidden).view(-1).data<float>().Select(logit => (double)logit)], token);
                hidden = model.Forward(PackedBatch.Append([token], state.Length), hook, states: [state]);
            }

            return (float)sum;
        })];
    }

    private static double LogProbability(double[] logits, int token)
    {
        var largest = logits.Max();
        return logits[token] - largest - Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
