using System.Text;

namespace PainlessSteering.Data;

/// <summary>The two prompts of the method, exactly (method.md §1).</summary>
public static class Prompts
{
    /// <summary>The most choices that letters can name.</summary>
    public const int MaxChoices = 26;

    /// <summary>The letter of a 0-based position: 0 is "A".</summary>
    public static string Letter(int position) =>
        position is >= 0 and < MaxChoices
            ? ((char)('A' + position)).ToString()
            : throw new ArgumentOutOfRangeException(nameof(position), position, "letters name positions 0 to 25");

    /// <summary>The MCQ prompt: question, lettered choices, the context fact if there is one, and the request for a letter; ends in <c>Answer:</c>, or the item's note after it.</summary>
    public static string FullMcq(string question, IReadOnlyList<string> choices, string? context = null, string? note = null)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var prompt = new StringBuilder(question);
        for (var i = 0; i < choices.Count; i++)
        {
            prompt.Append('\n').Append(Letter(i)).Append(": ").Append(choices[i]);
        }

        if (!string.IsNullOrEmpty(context))
        {
            prompt.Append("\nRemember, ").Append(context).Append('.');
        }

        prompt.Append("\nRespond with a single letter.\nAnswer:");
        return note is null ? prompt.ToString() : prompt.Append('\n').Append(note).ToString();
    }

    /// <summary>A prompt answered with the letter of a 0-based position: with a space before it where the prompt does not end in white space.</summary>
    public static string Answered(string prompt, int position)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return prompt.Length > 0 && char.IsWhiteSpace(prompt[^1]) ? prompt + Letter(position) : $"{prompt} {Letter(position)}";
    }

    /// <summary>The statement prompt: the question and one choice's text, with one space between.</summary>
    public static string Statement(string question, string choice) => $"{question} {choice}";
}
