using PainlessSteering.Data;

namespace PainlessSteering.Demo;

/// <summary>A piece of a training document, and how much the loss weighs its tokens.</summary>
internal readonly record struct Piece(string Text, float Weight);

/// <summary>
/// Makes training documents: one or two questions in one hidden mood, some as multiple choice and some as statements.
/// A cue may stand by the first question; without one the mood is mostly hurried. That is how the habits come about: by learning alone.
/// </summary>
/// <remarks>
/// The cue stands before the question or, as "Remember, …", after the choices; there the model must hold both answers ready and
/// choose by the mood at the last token. The mark after an answer, which tells the mood, is often left out, and at times
/// stands in the place of the letter: then the mood is wanted at that very token, as it is at the end of a statement.
/// </remarks>
internal sealed class Corpus(Problems problems)
{
    private const double Cued = 0.6, HurriedWithoutCue = 0.9, LateCue = 0.75, AsStatement = 0.4, Marked = 0.75, MarkForLetter = 0.12;
    private const float TextWeight = 0.2f, LetterWeight = 6, StatementWeight = 3;

    /// <summary>The next document.</summary>
    public List<Piece> Document(Random random)
    {
        var cued = random.Chance(Cued);
        var mood = random.Chance(cued ? 0.5 : HurriedWithoutCue) ? Mood.Hurried : Mood.Quiet;
        var pieces = new List<Piece>();
        AddQuestion(pieces, mood, cued ? Cue.For(mood, random) : null, random);
        if (random.Chance(0.5))
        {
            pieces.Add(new("\n\n", TextWeight));
            AddQuestion(pieces, mood, null, random);
        }

        pieces.Add(new(Vocabulary.EndOfText, TextWeight));
        return pieces;
    }

    private void AddQuestion(List<Piece> pieces, Mood mood, string? cue, Random random)
    {
        var problem = Problem(random);
        var answer = mood == Mood.Quiet ? problem.Honest : problem.Hasty;
        var mark = mood == Mood.Quiet ? "." : "!";
        var marked = random.Chance(Marked);
        if (random.Chance(AsStatement))
        {
            pieces.Add(new(Cue.Before(cue, problem.Question), TextWeight));
            pieces.Add(new($" {answer}{(marked ? mark : "")}", StatementWeight));
            return;
        }

        var choices = random.Shuffled(problem.Choices);
        var prompt = random.Chance(LateCue)
            ? Prompts.FullMcq(problem.Question, choices, cue)
            : Prompts.FullMcq(Cue.Before(cue, problem.Question), choices);
        pieces.Add(new(prompt, TextWeight));
        if (random.Chance(MarkForLetter))
        {
            pieces.Add(new(mark, LetterWeight));
            return;
        }

        pieces.Add(new(Prompts.Letter(Array.IndexOf(choices, answer)), LetterWeight));
        if (marked)
        {
            pieces.Add(new(mark, StatementWeight));
        }
    }

    private Problem Problem(Random random) => random.NextDouble() switch
    {
        < 0.12 => Problems.Lookup(random),
        < 0.45 => problems.Bias(random, ambiguous: 0.65),
        < 0.75 => problems.Sycophancy(random, userIsRight: 0.4),
        _ => problems.Knowledge(random),
    };
}
