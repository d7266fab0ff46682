using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors;

/// <summary>An edit without its numbers, as documents tell of it.</summary>
/// <param name="Site">Point of the block.</param>
/// <param name="Layer">0-based block.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Strength">How strongly, before the strength of the whole vector.</param>
/// <param name="Target">What the activation's length along the direction is set to; null where the operation has no target.</param>
/// <param name="Norm">Euclidean norm of the direction.</param>
public sealed record EditSummary(string Site, int Layer, string Operation, double Strength, double? Target, double Norm)
{
    /// <summary>Tells of an edit.</summary>
    public static EditSummary Of(SteeringEdit edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return new(edit.Site.Name, edit.Layer, edit.Operation.Name, edit.Strength, edit.Target, edit.Norm);
    }
}
