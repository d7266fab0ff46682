using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Evaluation;

/// <summary>Choice logits of every prompt, unsteered and under every candidate, and the predictions that follow.</summary>
internal sealed class SweepResult
{
    private readonly int[] _choices;
    private readonly float[][] _logits; // per prompt: unsteered, then each candidate; choices of one after the other

    public SweepResult(IReadOnlyList<ChoicePrompt> prompts, int candidates)
    {
        _choices = [.. prompts.Select(prompt => prompt.Letters.Count)];
        _logits = [.. _choices.Select(count => new float[count * (candidates + 1)])];
    }

    /// <summary>Number of prompts.</summary>
    public int Prompts => _choices.Length;

    /// <summary>Memory that the logits take.</summary>
    public long Bytes => _logits.Sum(logits => (long)logits.Length * sizeof(float));

    /// <summary>Logits of the choices, [choices].</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="candidate">Index of the candidate; null for unsteered.</param>
    public ReadOnlySpan<float> Logits(int prompt, int? candidate) =>
        _logits[prompt].AsSpan(((candidate ?? -1) + 1) * _choices[prompt], _choices[prompt]);

    /// <summary>Arg-max over the choices; the first letter wins a tie (method.md §1).</summary>
    public int[] Predictions(int? candidate)
    {
        var predictions = new int[Prompts];
        for (var prompt = 0; prompt < predictions.Length; prompt++)
        {
            var logits = Logits(prompt, candidate);
            for (var choice = 1; choice < logits.Length; choice++)
            {
                if (logits[choice] > logits[predictions[prompt]])
                {
                    predictions[prompt] = choice;
                }
            }
        }

        return predictions;
    }

    /// <summary>Keeps the logits of one row, of which a prompt with fewer choices needs only the first.</summary>
    /// <exception cref="PasException">The unsteered model gives no number.</exception>
    public void Set(int prompt, int? candidate, ReadOnlySpan<float> logits)
    {
        var kept = logits[.._choices[prompt]];
        if (candidate is null && kept.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
        {
            throw new PasException("the model's logits are not finite", remedy: $"its weights may be damaged, or {SettingName.Of(nameof(LoadOptions.DataType))} f32 may be needed") { Code = ErrorCodes.NotFinite };
        }

        kept.CopyTo(_logits[prompt].AsSpan(((candidate ?? -1) + 1) * _choices[prompt]));
    }
}
