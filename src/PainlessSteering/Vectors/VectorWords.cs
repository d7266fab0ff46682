using PainlessSteering.Engine.Editing;
using static System.FormattableString;

namespace PainlessSteering.Vectors;

/// <summary>How places and edits of vectors are said to people.</summary>
public static class VectorWords
{
    /// <summary>An edit's place, with its operation where that is not the paper's: <c>residual of layer 8</c>, <c>ablate at mlp of layer 3</c>.</summary>
    public static string Of(SteeringEdit edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return edit.Operation == SteeringOperation.Add ? Invariant($"{edit.Site} of layer {edit.Layer}") : Invariant($"{edit.Operation} at {edit.Site} of layer {edit.Layer}");
    }

    /// <summary>A vector's places: as <see cref="Of"/> where it has one edit, else their number and layers.</summary>
    public static string Edits(SteeringVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.Edits is [var only])
        {
            return Of(only);
        }

        var layers = vector.Edits.Select(edit => edit.Layer).Distinct().Order().ToArray();
        var operations = string.Join(", ", vector.Edits.Select(edit => edit.Operation.Name).Distinct());
        return Invariant($"{vector.Edits.Count} edits ({operations}) at layer{(layers.Length > 1 ? "s" : "")} {string.Join(", ", layers)}");
    }
}
