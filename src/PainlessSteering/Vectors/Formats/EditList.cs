using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Vectors.Formats;

/// <summary>Edits in a vector's file: a tensor [edits, hidden size], and a JSON list that says of each row what is done with it.</summary>
internal static class EditList
{
    private const string Layer = "layer", Site = "site", Operation = "operation", Strength = "strength", Target = "target";

    /// <summary>The list, in the order of the edits.</summary>
    public static string Write(IReadOnlyList<SteeringEdit> edits) => new JsonArray([.. edits.Select(Object)]).ToJsonString();

    /// <summary>Reads the edits.</summary>
    /// <param name="file">Has the tensor.</param>
    /// <param name="name">Of the tensor, and of the key of the list.</param>
    /// <param name="metadata">Of the file.</param>
    /// <exception cref="PasException">The list is not one that <see cref="Write"/> made, or does not belong to the tensor.</exception>
    public static IReadOnlyList<SteeringEdit> Read(SafeTensors file, string name, MetadataReader metadata)
    {
        var list = metadata.List(name);
        var size = metadata.Int("hidden_size");
        var values = SafetensorsFormat.ReadValues(file, name, [list.Count, size]);
        return [.. list.Select((edit, row) => Edit(edit, values.AsSpan(row * size, size), () => metadata.Wrong(name, $"for each edit {Layer}, {Site}, {Operation}, {Strength}, and {Target} where the operation has one")))];
    }

    private static JsonObject Object(SteeringEdit edit)
    {
        var written = new JsonObject { [Layer] = edit.Layer, [Site] = edit.Site.Name, [Operation] = edit.Operation.Name, [Strength] = edit.Strength };
        if (edit.Target is { } target)
        {
            written[Target] = target;
        }

        return written;
    }

    private static SteeringEdit Edit(JsonElement edit, ReadOnlySpan<float> values, Func<PasException> wrong)
    {
        if (edit.ValueKind != JsonValueKind.Object
            || Text(edit, Operation) is not { } name || SteeringOperation.All.FirstOrDefault(one => one.Name == name) is not { } operation
            || Text(edit, Site) is not { } place || SteeringSite.All.FirstOrDefault(one => one.Name == place) is not { } site
            || !edit.TryGetProperty(Layer, out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var layer) || layer < 0
            || Real(edit, Strength) is not { } strength
            || operation.HasTarget != (Real(edit, Target) is not null)
            || edit.EnumerateObject().Count() != (operation.HasTarget ? 5 : 4))
        {
            throw wrong();
        }

        return new SteeringEdit(layer, site, operation, values, strength, Real(edit, Target));
    }

    private static string? Text(JsonElement edit, string key) => edit.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Real(JsonElement edit, string key) =>
        edit.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
