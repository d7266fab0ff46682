using System.Collections.ObjectModel;
using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Vectors;

namespace PainlessSteering.Evaluation;

/// <summary>Makes the vector file of a fit: the vector with all that led to it.</summary>
public static class FitArtifact
{
    /// <summary>The form of prompts that there is: the texts as they stand.</summary>
    internal const string Form = "raw";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// The selected vector with its provenance, grid, test and verdict. Where validation chose not to steer it is the best of the
    /// grid with strength 0, so that it does nothing unless asked to.
    /// </summary>
    /// <param name="result">The fit.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="data">Name of the data.</param>
    /// <param name="condition">On which prompts it acts; null for all.</param>
    /// <returns>Null where every vector is undefined.</returns>
    public static SteeringVector? Make(FitResult result, string model, string data, SteeringCondition? condition = null)
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
                Evaluation(result)),
            condition);
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

    /// <summary>What the fit that made a vector answered by, where that is not the letter; else null.</summary>
    public static string? ScorerOf(SteeringVector vector) => Told(vector, "scorer", JsonValueKind.String)?.GetString();

    /// <summary>
    /// Which token answered with a letter in the fit that made a vector. A fit of before this was told answered by bare letters; of a vector that no fit
    /// made nothing is known, and null is returned.
    /// </summary>
    /// <exception cref="PasException">The file names a token that this program does not know.</exception>
    public static LetterToken? LetterTokenOf(SteeringVector vector)
    {
        if (Told(vector, "form", JsonValueKind.String)?.GetString() is { } form && form != Form)
        {
            throw Unknown("prompts of the form", Form, form);
        }

        return Told(vector, "letter_token", JsonValueKind.String)?.GetString() switch
        {
            "continuing" => LetterToken.Continuing,
            "bare" => LetterToken.Bare,
            { } other => throw Unknown("the letter's token", "continuing, bare", other),
            _ => vector.Provenance?.Evaluation is null || ScorerOf(vector) is not null ? null : LetterToken.Bare,
        };

        static PasException Unknown(string what, string expected, string found) =>
            new($"the vector was fitted with {what} that this program does not know", "key 'evaluation' in __metadata__", expected, found, "update this program") { Code = ErrorCodes.NotSupported };
    }

    /// <summary>The factor that a strength of a vector comes to.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="strength">A factor, or a percentage of what its fit found of the activations at its place.</param>
    /// <exception cref="PasException">It is a percentage, and the file does not say of what, or the vector has several edits.</exception>
    public static double Factor(SteeringVector vector, SteeringStrength strength)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return !strength.IsPercentage ? strength.Number
            : vector.OnlyEdit is { } edit && Told(vector, "median_norm", JsonValueKind.Number)?.GetDouble() is { } norm ? strength.Factor(norm, edit.Norm * edit.Strength)
            : throw new PasException("the vector's file does not say how long activations are at its place", null, "a factor", $"'{strength}'", "give a factor, or fit the vector again") { Code = ErrorCodes.BadSetting };
    }

    private static JsonElement? Told(SteeringVector vector, string key, JsonValueKind kind)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return vector.Provenance?.Evaluation is { } evaluation && evaluation.TryGetProperty(key, out var told) && told.ValueKind == kind ? told : null;
    }

    /// <summary>The fit that made a vector, as its file tells it: without predictions, vectors and time.</summary>
    /// <returns>Null where the vector has no evaluation.</returns>
    /// <exception cref="PasException">The evaluation is not one that <see cref="Make"/> wrote.</exception>
    public static FitResult? Result(SteeringVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        try
        {
            var result = vector.Provenance?.Evaluation?.Deserialize<FitResult>(Json);
            return result is null || IsComplete(result) ? result : throw new JsonException("a list is too short");
        }
        catch (JsonException e)
        {
            throw new PasException("the vector's evaluation cannot be read", "key 'evaluation' in __metadata__", "what 'pas fit' writes", JsonTexts.Reason(e), $"show it with {SettingName.Of(nameof(SteeringProvenance.Evaluation))}", e) { Code = ErrorCodes.FileDamaged };
        }
    }

    // What the serializer cannot ask for.
    private static bool IsComplete(FitResult result) =>
        result.Sizes.Count == 3
        && result.Sites.Count > 0
        && result.Sites.All(site => site.Grid.Count > 0 && site.Grid.All(cell => site.Best.Keys.All(cell.ValAccuracy.ContainsKey)))
        && result.Methods.Select(method => method.Effect).Append(result.Effect).All(effect => effect.Interval.Count == 2)
        && result.Placebos.All(placebo => placebo.Name.Contains(' ', StringComparison.Ordinal));

    /// <summary>
    /// The result without what grows with the number of items, whose lists become empty, and without the time, which would change
    /// the bytes.
    /// </summary>
    private static JsonElement Evaluation(FitResult result) => JsonSerializer.SerializeToElement(
        result with
        {
            Seconds = 0,
            Sites = [.. result.Sites.Select(site => site with
            {
                TrainPredictions = [],
                BaselineValPredictions = [],
                BaselineTestPredictions = [],
                Grid = [.. site.Grid.Select(cell => cell with { ValPredictions = ReadOnlyDictionary<string, IReadOnlyList<int>>.Empty })],
                Best = site.Best.ToDictionary(best => best.Key, best => best.Value with { TestPredictions = [], TestChoiceScores = [] }),
            })],
        },
        Json);
}
