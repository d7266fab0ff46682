using System.Text.Json.Serialization;
using PainlessSteering.Statistics;

namespace PainlessSteering.Evaluation;

/// <summary>What a finished vector does to a set of items. Serialised in snake case it is what <c>pas eval --json</c> prints.</summary>
/// <param name="Items">Number of items answered.</param>
/// <param name="HeldOut">True where the data is that of the fit and only its untouched test split was answered.</param>
/// <param name="LeftOut">Items left out because their prompt is longer than the model's context.</param>
/// <param name="Strength">Factor that the vector was added with.</param>
/// <param name="ActedOn">Items whose prompt meets the vector's condition, the others being answered unsteered; null where it has none.</param>
/// <param name="UnsteeredAccuracy">Without the vector.</param>
/// <param name="SteeredAccuracy">With it.</param>
/// <param name="Effect">The difference, with interval and test.</param>
/// <param name="Placebos">Random directions of the same norm at the same place and strength.</param>
/// <param name="BestConstantLetter">What always answering one letter would have scored; null where letters do not answer.</param>
/// <param name="LetterMass">The probability that the letters have together, unsteered, over the first items; null where letters do not answer.</param>
/// <param name="Verdict">Was it better?</param>
/// <param name="Reasons">Why the verdict is what it is.</param>
/// <param name="UnsteeredPredictions">0-based positions in the order shown.</param>
/// <param name="SteeredPredictions">0-based positions in the order shown.</param>
/// <param name="Report">Tests, flips, letters, confusion.</param>
/// <param name="Seconds">Time taken.</param>
public sealed record EvalResult(
    int Items,
    bool HeldOut,
    int LeftOut,
    double Strength,
    int? ActedOn,
    double UnsteeredAccuracy,
    double SteeredAccuracy,
    EffectResult Effect,
    IReadOnlyList<Placebo> Placebos,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ConstantLetter? BestConstantLetter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LetterMass,
    Conclusion Verdict,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<int> UnsteeredPredictions,
    IReadOnlyList<int> SteeredPredictions,
    RunReport Report,
    double Seconds);
