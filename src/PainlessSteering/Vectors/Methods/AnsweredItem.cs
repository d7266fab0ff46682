using PainlessSteering.Data;

namespace PainlessSteering.Vectors.Methods;

/// <summary>A training item with the unsteered model's answer to it.</summary>
/// <param name="Item">The item as it was presented.</param>
/// <param name="Prediction">Position of the chosen choice, in presented order.</param>
public sealed record AnsweredItem(PresentedItem Item, int Prediction)
{
    /// <summary>True for a member of R, false for one of W (method.md §2).</summary>
    public bool IsRight => Prediction == Item.Right;

    /// <summary>Statement of the question and its right choice.</summary>
    public string RightStatement => Item.Statement(Item.Right);

    /// <summary>Statement of the question and the chosen choice.</summary>
    public string ChosenStatement => Item.Statement(Prediction);
}
