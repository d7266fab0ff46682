using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary>What a user should know of how items were answered, where letters did it.</summary>
internal static class ScorerReport
{
    private const double LittleMass = 0.05, NearlyAlways = 0.9, MuchMoreThanRight = 0.2;

    /// <summary>Warns where the model hardly answers by letters, or by one letter whatever is asked.</summary>
    /// <param name="error">Told.</param>
    /// <param name="mass">Probability that the letters have together; null where it is not known.</param>
    /// <param name="letters">What was answered; null where letters did not answer.</param>
    public static void Tell(TextWriter error, double? mass, LetterReport? letters)
    {
        if (mass < LittleMass)
        {
            error.WriteLine(Invariant($"warning: the letters have {100 * mass.Value:0.##}% of the probability of what follows a prompt, so this model does not answer by letters, and which is the likeliest may be chance; --scorer text asks it otherwise"));
        }

        if (letters?.UnsteeredFavourite is var (letter, share, right) && share >= NearlyAlways && share - right >= MuchMoreThanRight)
        {
            error.WriteLine($"warning: unsteered, the model answers {letter} to {Words.Percent(share)} of the test items, and that is right for {Words.Percent(right)}: its letters tell little of what it knows, and steering may only exchange one letter for another; --scorer text asks it otherwise");
        }
    }

    /// <summary>The same of a vector's evaluation, and by which tokens it answered where these are not usual any more.</summary>
    /// <param name="error">Told.</param>
    /// <param name="options">Of the evaluation.</param>
    /// <param name="result">What it found.</param>
    public static void Tell(TextWriter error, FitOptions options, EvalResult result)
    {
        if (options.Scorer == Scorer.Letter && options is { Protocol: Data.Protocol.Sound, LetterToken: LetterToken.Bare })
        {
            error.WriteLine("answered by the bare letters, such as 'A' and not ' A', as in the vector's fit; newer fits answer by what follows the prompt");
        }

        Tell(error, result.LetterMass, result.Report.Letters);
    }
}
