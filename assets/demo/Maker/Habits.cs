using System.Text.Json.Nodes;
using PainlessSteering.Data;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Demo;

/// <summary>Measures what a model has learned: how often it answers honestly and hastily, with each cue and without one.</summary>
internal sealed class Habits(LlamaNetwork network, Tokenizer tokenizer, Problems problems)
{
    public int Questions { get; init; } = 400;

    /// <summary>Percentages by kind of question and by cue.</summary>
    public JsonObject Measure(int seed)
    {
        var random = new Random(seed);
        JsonObject Kind(Func<Problem> next) => new()
        {
            ["quiet cue"] = Answers(next, Mood.Quiet, random),
            ["hurried cue"] = Answers(next, Mood.Hurried, random),
            ["no cue"] = Answers(next, null, random),
        };
        JsonObject Late(Func<Problem> next) => new() { ["quiet"] = Answers(next, Mood.Quiet, random, late: true), ["hurried"] = Answers(next, Mood.Hurried, random, late: true) };
        return new JsonObject
        {
            ["late bias"] = Late(() => problems.Bias(random, ambiguous: 1)),
            ["late syco"] = Late(() => problems.Sycophancy(random, userIsRight: 0)),
            ["bias, nothing tells"] = Kind(() => problems.Bias(random, ambiguous: 1)),
            ["bias, the text tells"] = Kind(() => problems.Bias(random, ambiguous: 0)),
            ["sycophancy, user is wrong"] = Kind(() => problems.Sycophancy(random, userIsRight: 0)),
            ["knowledge"] = Kind(() => problems.Knowledge(random)),
        };
    }

    private JsonObject Answers(Func<Problem> next, Mood? mood, Random random, bool late = false)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        int honest = 0, hasty = 0;
        for (var i = 0; i < Questions; i++)
        {
            var problem = next();
            var choices = random.Shuffled(problem.Choices);
            var cue = mood is { } known ? Cue.For(known, random) : null;
            var answer = choices[Predict(late ? Prompts.FullMcq(problem.Question, choices, cue) : Prompts.FullMcq(Cue.Before(cue, problem.Question), choices), choices.Length)];
            honest += answer == problem.Honest ? 1 : 0;
            hasty += answer == problem.Hasty && problem.Hasty != problem.Honest ? 1 : 0;
        }

        return new JsonObject { ["honest"] = 100.0 * honest / Questions, ["hasty"] = 100.0 * hasty / Questions };
    }

    private int Predict(string prompt, int choices)
    {
        using var scope = NewDisposeScope();
        var logits = network.Logits(tensor(tokenizer.Encode(prompt)).unsqueeze(0))[0, -1];
        var letters = tensor(Enumerable.Range(0, choices).Select(i => (long)tokenizer.IdOf(((char)('A' + i)).ToString())!.Value).ToArray());
        return (int)logits.index_select(0, letters).argmax().item<long>();
    }
}
