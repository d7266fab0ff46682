namespace PainlessSteering.Data;

/// <summary>One labelled multiple-choice question, as read from a data file (method.md §1).</summary>
/// <param name="Question">The question text, verbatim.</param>
/// <param name="Choices">2 to 26 choice texts, all different, in the order of the source.</param>
/// <param name="Answer">0-based index of the right choice.</param>
/// <param name="Context">Optional fact that the prompt repeats as "Remember, …".</param>
/// <param name="Group">Optional key of near-duplicates that must stay in one split.</param>
public sealed record MultipleChoiceItem(
    string Question,
    IReadOnlyList<string> Choices,
    int Answer,
    string? Context = null,
    string? Group = null);
