namespace PainlessSteering.Data;

/// <summary>Which column of a data file plays which part. What is null is recognised by name.</summary>
/// <remarks>A field of a nested column is named with a dot: <c>question.stem</c>.</remarks>
public sealed record DatasetColumns
{
    /// <summary>The word that turns an optional column off.</summary>
    public const string None = "none";

    /// <summary>The question text.</summary>
    public string? Question { get; init; }

    /// <summary>One column that holds all choices (a list, <c>{text, label}</c> or <c>{choice: 0 or 1}</c>), or one column a choice.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>The right choice: its 0-based index, its letter, its label or its text. Not needed where the choices column marks it.</summary>
    public string? Answer { get; init; }

    /// <summary>How <see cref="Answer"/> names the right choice; null where the answers show it.</summary>
    public AnswerForm? AnswerForm { get; init; }

    /// <summary>Texts that the question is about, which go before it; <see cref="None"/> alone for no such column.</summary>
    public IReadOnlyList<string>? Passage { get; init; }

    /// <summary>The fact that the prompt repeats as "Remember, …"; <see cref="None"/> for no such column.</summary>
    public string? Context { get; init; }

    /// <summary>The key of near-duplicates that stay in one split; <see cref="None"/> for no such column.</summary>
    public string? Group { get; init; }

    /// <summary>A select over the table <c>data</c> (the file) that yields these columns, by the names question, choices, answer, context and group unless told otherwise.</summary>
    public string? Sql { get; init; }
}
