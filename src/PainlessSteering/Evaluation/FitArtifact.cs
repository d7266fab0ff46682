using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Steering;

namespace PainlessSteering.Evaluation;

/// <summary>Makes the vector file of a fit: the vector with all that led to it.</summary>
public static class FitArtifact
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// The selected vector with its provenance, grid, test and verdict. Where validation chose not to steer it is the best of the
    /// grid with strength 0, so that it does nothing unless asked to.
    /// </summary>
    /// <param name="result">The fit.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="data">Name of the data.</param>
    /// <returns>Null where every vector is undefined.</returns>
    public static SteeringVector? Make(FitResult result, string model, string data)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.BestSteering is not { Method: { } method, Site: { } site, Layer: { } layer })
        {
            return null;
        }

        var place = SteeringSite.Parse(site);
        return new SteeringVector(
            result.Vectors[(method, place, layer)],
            place,
            layer,
            result.Selected.Strength,
            TokenRule.Last,
            new SteeringProvenance(
                model,
                result.ModelFingerprint,
                method,
                result.Protocol.ToString().ToLowerInvariant(),
                result.Seed,
                data,
                result.DataFingerprint,
                result.Sizes[0],
                result.Sizes[1],
                result.Sizes[2],
                Evaluation(result)));
    }

    /// <summary>The test items of the fit that made a vector, where the data is the very data of that fit; else null.</summary>
    public static IReadOnlyList<int>? TestItems(SteeringVector vector, Dataset data)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(data);
        return vector.Provenance is { Evaluation: { } evaluation } provenance
            && provenance.DataFingerprint == data.Fingerprint
            && evaluation.TryGetProperty("test_items", out var items)
            && items.ValueKind == JsonValueKind.Array
            && items.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var index) && index >= 0 && index < data.Items.Count)
                ? [.. items.EnumerateArray().Select(item => item.GetInt32())]
                : null;
    }

    /// <summary>The result without what grows with the number of items, and without the time, which would change the bytes.</summary>
    private static JsonElement Evaluation(FitResult result)
    {
        var document = JsonSerializer.SerializeToNode(result, Json)!.AsObject();
        document.Remove("seconds");
        foreach (var site in document["sites"]!.AsArray().Select(site => site!.AsObject()))
        {
            foreach (var key in site.Select(pair => pair.Key).Where(key => key.EndsWith("_predictions", StringComparison.Ordinal)).ToList())
            {
                site.Remove(key);
            }

            foreach (var cell in site["grid"]!.AsArray())
            {
                cell!.AsObject().Remove("val_predictions");
            }

            foreach (var best in site["best"]!.AsObject().Select(pair => pair.Value!.AsObject()))
            {
                best.Remove("test_predictions");
                best.Remove("test_choice_logits");
            }
        }

        return JsonSerializer.SerializeToElement(document);
    }
}
