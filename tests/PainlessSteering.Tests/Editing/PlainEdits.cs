using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Tests.Editing;

/// <summary>What edits do to a row, written down as method.md §10 has it, in float64.</summary>
internal static class PlainEdits
{
    public static double[] Apply(SteeringEdit edit, double[] x)
    {
        double[] v = [.. edit.Values.ToArray().Select(value => (double)value)];
        var (s, length) = (edit.Strength, Norm(v));
        double[] u = [.. v.Select(value => length == 0 ? 0 : value / length)];
        double[] added = [.. x.Zip(v, (a, b) => a + (s * b))];
        var along = x.Zip(u, (a, b) => a * b).Sum();
        return edit.Operation.Name switch
        {
            "add" => added,
            "turn" => Norm(added) == 0 ? x : [.. added.Select(value => value * Norm(x) / Norm(added))],
            "ablate" => [.. x.Zip(u, (a, b) => a - (s * along * b))],
            "set" => [.. x.Zip(u, (a, b) => a + (s * (edit.Target!.Value - along) * b))],
            var other => throw new ArgumentException(other),
        };
    }

    /// <summary>The edits of a place, in their order, on one position.</summary>
    public static Func<(int Layer, HookPoint Point, int Position), double[], double[]> At(int position, IReadOnlyList<SteeringEdit> edits) => (place, x) =>
        place.Position != position ? x : edits.Where(edit => edit.Place == new CapturePoint(place.Layer, place.Point)).Aggregate(x, (row, edit) => Apply(edit, row));

    /// <summary>The same on a position and on all behind it.</summary>
    public static Func<(int Layer, HookPoint Point, int Position), double[], double[]> From(int position, IReadOnlyList<SteeringEdit> edits) => (place, x) =>
        place.Position < position ? x : At(place.Position, edits)(place, x);

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}
