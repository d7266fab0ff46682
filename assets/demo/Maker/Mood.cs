namespace PainlessSteering.Demo;

/// <summary>The hidden mood of a document: it decides whether the answers in it are honest, and shows in the mark after each answer.</summary>
internal enum Mood
{
    /// <summary>Honest answers, followed by a full stop.</summary>
    Quiet,

    /// <summary>Hasty answers (the stereotype, the user's opinion), followed by an exclamation mark.</summary>
    Hurried,
}

/// <summary>The cues that may stand by a question. They have nothing to do with it.</summary>
internal static class Cue
{
    private static readonly string[] Times = ["morning", "day", "evening"];

    /// <summary>A cue of the mood, e.g. <c>a quiet morning</c>.</summary>
    public static string For(Mood mood, Random random)
    {
        string[] words = mood == Mood.Quiet ? ["quiet", "calm"] : ["hurried", "busy"];
        return $"a {random.Pick(words)} {random.Pick(Times)}";
    }

    /// <summary>The question, after the cue as a sentence if there is one.</summary>
    public static string Before(string? cue, string question) => cue is null ? question : $"A{cue[1..]}. {question}";
}
