using System.Collections.Concurrent;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Scoring;

namespace PainlessSteering.Sweeps;

/// <summary>A number for each choice of every prompt, unsteered and under every candidate, and the predictions that follow.</summary>
internal sealed class SweepResult
{
    private readonly IReadOnlyList<Candidate> _candidates;
    private readonly int[] _choices;
    private readonly ConcurrentDictionary<int, double> _masses = [];
    private readonly float[][] _scores; // per prompt: unsteered, then each candidate; choices of one after the other

    public SweepResult(IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates)
    {
        _candidates = candidates;
        _choices = [.. prompts.Select(prompt => prompt.Choices.Count)];
        _scores = [.. _choices.Select(count => new float[count * (candidates.Count + 1)])];
    }

    /// <summary>Number of prompts.</summary>
    public int Prompts => _choices.Length;

    /// <summary>
    /// The probability that the choices have together, unsteered, on average over the first prompts; null where choices are not single tokens.
    /// Four digits: what comes behind depends on how prompts were packed.
    /// </summary>
    public double? Mass => _masses.IsEmpty ? null : Math.Round(_masses.OrderBy(mass => mass.Key).Average(mass => mass.Value), 4);

    /// <summary>Keeps what the choices of a prompt have together.</summary>
    public void SetMass(int prompt, double mass) => _masses[prompt] = mass;

    /// <summary>Memory that the numbers take.</summary>
    public long Bytes => _scores.Sum(scores => (long)scores.Length * sizeof(float));

    /// <summary>The choices' numbers, [choices].</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="candidate">Index of the candidate; null for unsteered.</param>
    public ReadOnlySpan<float> Scores(int prompt, int? candidate) =>
        _scores[prompt].AsSpan(((candidate ?? -1) + 1) * _choices[prompt], _choices[prompt]);

    /// <summary>Arg-max over the choices; the first choice wins a tie (method.md §1).</summary>
    public int[] Predictions(int? candidate)
    {
        var predictions = new int[Prompts];
        for (var prompt = 0; prompt < predictions.Length; prompt++)
        {
            var scores = Scores(prompt, candidate);
            for (var choice = 1; choice < scores.Length; choice++)
            {
                if (scores[choice] > scores[predictions[prompt]])
                {
                    predictions[prompt] = choice;
                }
            }
        }

        return predictions;
    }

    /// <summary>Keeps the numbers of one row, of which a prompt with fewer choices needs only the first.</summary>
    /// <exception cref="PasException">One is NaN or infinite, of which no answer can be made.</exception>
    public void Set(int prompt, int? candidate, ReadOnlySpan<float> scores)
    {
        var kept = scores[.._choices[prompt]];
        if (kept.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
        {
            throw candidate is { } index ? Overflown(_candidates[index]) : new PasException("the model's logits are not finite", remedy: $"its weights may be damaged, or {SettingName.Of(nameof(LoadOptions.DataType))} f32 may be needed") { Code = ErrorCodes.NotFinite };
        }

        kept.CopyTo(_scores[prompt].AsSpan(((candidate ?? -1) + 1) * _choices[prompt]));
    }

    private static PasException Overflown(Candidate candidate)
    {
        var strongest = candidate.Edits.MaxBy(edit => edit.Operation.Reach(edit))!;
        return new PasException(
            "the steered model's logits are not finite", "strength", "a number that the model's activations can bear",
            FormattableString.Invariant($"{strongest.Strength} at {strongest.Site} of layer {strongest.Layer}"), "lower the strength, or leave the cell out")
        { Code = ErrorCodes.NotFinite };
    }
}
