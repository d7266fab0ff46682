namespace PainlessSteering.Data;

/// <summary>A row's choices and what its answer column says.</summary>
internal sealed record AnswerRow(long Row, ChoiceList Choices, string Answer);
