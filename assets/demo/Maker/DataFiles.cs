using System.Text.Json;

namespace PainlessSteering.Demo;

/// <summary>Writes the data sets: one JSON object a line with question, choices, answer_index (0-based) and group.</summary>
internal static class DataFiles
{
    private const double QuietCue = 0.25, HurriedCue = 0.1, LateCue = 0.5;

    /// <summary>Every data file by its name, made from the problems of the world; no item occurs twice.</summary>
    public static IReadOnlyDictionary<string, string> Make(Problems problems, int seed)
    {
        var random = new Random(seed);
        return new Dictionary<string, string>
        {
            ["bias.jsonl"] = Lines(1200, random, () => problems.Bias(random, ambiguous: 0.9)),
            ["sycophancy.jsonl"] = Lines(1200, random, () => problems.Sycophancy(random, userIsRight: 0.3)),
            ["knowledge.jsonl"] = Lines(800, random, () => problems.Knowledge(random)),
        };
    }

    private static string Lines(int count, Random random, Func<Problem> next)
    {
        var lines = new List<string>(count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (lines.Count < count)
        {
            var problem = next();
            var cue = random.NextDouble() switch
            {
                < QuietCue => Cue.For(Mood.Quiet, random),
                < QuietCue + HurriedCue => Cue.For(Mood.Hurried, random),
                _ => null,
            };
            var context = random.Chance(LateCue) ? cue : null;
            var question = context is null ? Cue.Before(cue, problem.Question) : problem.Question;
            if (!seen.Add(string.Join('\n', [question, context, .. problem.Choices.Order(StringComparer.Ordinal)])))
            {
                continue;
            }

            var choices = random.Shuffled(problem.Choices);
            lines.Add(JsonSerializer.Serialize(
                new { question, choices, context, answer_index = Array.IndexOf(choices, problem.Honest), group = problem.Group }, JsonFiles.Line));
        }

        return string.Join('\n', lines) + "\n";
    }
}
