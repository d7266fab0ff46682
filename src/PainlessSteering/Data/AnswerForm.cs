namespace PainlessSteering.Data;

/// <summary>How a data file names the right choice.</summary>
public enum AnswerForm
{
    /// <summary>The choices column marks it itself, as in <c>{choice: 0 or 1}</c>.</summary>
    Marked,

    /// <summary>By a label that the choices column (or the name of a choice's column) carries.</summary>
    Label,

    /// <summary>By its letter, A for the first.</summary>
    Letter,

    /// <summary>By its number, 0 for the first.</summary>
    Index,

    /// <summary>By its number, 1 for the first.</summary>
    Number,

    /// <summary>By its text.</summary>
    Text,
}

/// <summary>Words for <see cref="AnswerForm"/>.</summary>
public static class AnswerForms
{
    /// <summary>The form of a word such as <c>number</c>.</summary>
    /// <exception cref="PasException">There is none of that name, or it is not for a column (<see cref="AnswerForm.Marked"/>).</exception>
    public static AnswerForm Parse(string word) => Enum.GetValues<AnswerForm>().Where(form => form != AnswerForm.Marked).Cast<AnswerForm?>().FirstOrDefault(form => form.ToString()!.Equals(word, StringComparison.OrdinalIgnoreCase))
        ?? throw new PasException("there is no such form of answers", expected: "index, number, letter, label or text", found: CellText.Found(word)) { Setting = nameof(DatasetColumns.AnswerForm) };

    /// <summary>The form as messages and reports name it.</summary>
    public static string InWords(this AnswerForm form) => form switch
    {
        AnswerForm.Marked => "marks at the choices",
        AnswerForm.Label => "labels of the choices",
        AnswerForm.Letter => "letters",
        AnswerForm.Index => "indexes from 0",
        AnswerForm.Number => "numbers from 1",
        _ => "texts of the choices",
    };
}
