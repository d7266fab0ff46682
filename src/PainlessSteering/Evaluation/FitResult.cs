using System.Text.Json.Serialization;
using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;

namespace PainlessSteering.Evaluation;

/// <summary>
/// Everything that a fit found. Serialised with snake-case names, it is the document that <c>pas fit --json</c> prints; predictions
/// are 0-based positions in the order of choices that the item was shown in.
/// </summary>
public sealed record FitResult
{
    /// <summary>Fingerprint of the model's weights.</summary>
    public required string ModelFingerprint { get; init; }

    /// <summary>Fingerprint of the data's items.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Rules that the run followed.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Seed of split, choice orders and placebos.</summary>
    public required long Seed { get; init; }

    /// <summary>Items for training, validation and test.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Items left out because their prompt is longer than the model's context.</summary>
    public int LeftOut { get; init; }

    /// <summary>Items that the split was drawn from.</summary>
    public int Pool { get; init; }

    /// <summary>Solved items before a test prompt, on average.</summary>
    public double Exemplars { get; init; }

    /// <summary>0-based places in the data of the test items, in the order of the predictions.</summary>
    public required IReadOnlyList<int> TestItems { get; init; }

    /// <summary>Per site: the grid, and the best cell of each method there.</summary>
    public required IReadOnlyList<SiteResult> Sites { get; init; }

    /// <summary>Per method: what validation chose over all sites, its test and its verdict.</summary>
    public required IReadOnlyList<MethodResult> Methods { get; init; }

    /// <summary>The cell that validation chose over all methods and sites.</summary>
    public required ChosenCell Selected { get; init; }

    /// <summary>Steered less unsteered accuracy of the selected cell on the test split.</summary>
    public required EffectResult Effect { get; init; }

    /// <summary>What the same selection made of each placebo.</summary>
    public required IReadOnlyList<PlaceboResult> Placebos { get; init; }

    /// <summary>What always answering one letter would have scored on the test split; null where letters do not answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConstantLetter? BestConstantLetter { get; init; }

    /// <summary>What each choice was given its number by, where it is not a letter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scorer { get; init; }

    /// <summary>In which form the prompts were given: <c>raw</c>, the texts as they stand. Null under the paper protocol, which knows no other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Form { get; init; }

    /// <summary>Which token answered with a letter; null where letters do not answer, and for bare letters under the paper protocol.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LetterToken? LetterToken { get; init; }

    /// <summary>The probability that the letters have together, unsteered, over the first validation items; null as <see cref="LetterToken"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LetterMass { get; init; }

    /// <summary>
    /// Median norm of the activations of training prompts where the saved vector acts, of which percentages of its strength are taken; null where none
    /// was recorded.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MedianNorm { get; init; }

    /// <summary>Was it better?</summary>
    public required Conclusion Verdict { get; init; }

    /// <summary>Why the verdict is what it is, in sentences.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The whole report of the selected cell: tests, flips, letters, confusion.</summary>
    public required RunReport Report { get; init; }

    /// <summary>The selected cell on the parts of the test split, where the items have parts.</summary>
    public IReadOnlyList<PartResult> Parts { get; init; } = [];

    /// <summary>Seconds spent; the only part that differs between two runs.</summary>
    public double Seconds { get; init; }

    /// <summary>The vectors of the methods, [hidden size] each; absent where undefined.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<(string Method, SteeringSite Site, int Layer), float[]> Vectors { get; init; } = new Dictionary<(string, SteeringSite, int), float[]>();

    /// <summary>The choices on the test split, item by item.</summary>
    [JsonIgnore]
    public TestedChoices? Test { get; init; }

    /// <summary>The choices on the test splits of <see cref="FitOptions.TestOn"/>, in its order.</summary>
    [JsonIgnore]
    public IReadOnlyList<TestedChoices> Transfers { get; init; } = [];

    /// <summary>The best cell that does steer, selected or not; null where every vector is undefined.</summary>
    [JsonIgnore]
    public ChosenCell? BestSteering { get; init; }
}

/// <summary>The search at one site, in the layout of the released code's tables.</summary>
/// <param name="Site">Name of the site.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Sizes">Items for training, validation and test.</param>
/// <param name="TrainAccuracy">Unsteered, on training.</param>
/// <param name="TrainPredictions">Unsteered, on training.</param>
/// <param name="BaselineValAccuracy">Unsteered, on validation.</param>
/// <param name="BaselineValPredictions">Unsteered, on validation.</param>
/// <param name="BaselineTestAccuracy">Unsteered, on test.</param>
/// <param name="BaselineTestPredictions">Unsteered, on test.</param>
/// <param name="Grid">Every cell, layers descending, strengths as listed.</param>
/// <param name="Best">Per method the chosen cell and its test.</param>
public sealed record SiteResult(
    string Site,
    long Seed,
    IReadOnlyList<int> Sizes,
    double TrainAccuracy,
    IReadOnlyList<int> TrainPredictions,
    double BaselineValAccuracy,
    IReadOnlyList<int> BaselineValPredictions,
    double BaselineTestAccuracy,
    IReadOnlyList<int> BaselineTestPredictions,
    IReadOnlyList<GridCell> Grid,
    IReadOnlyDictionary<string, BestCell> Best);

/// <summary>One layer and strength.</summary>
/// <param name="Layer">0-based block.</param>
/// <param name="Strength">Strength as it was asked for.</param>
/// <param name="ValAccuracy">Per method.</param>
/// <param name="ValPredictions">Per method.</param>
public sealed record GridCell(
    int Layer, SteeringStrength Strength, IReadOnlyDictionary<string, double> ValAccuracy, IReadOnlyDictionary<string, IReadOnlyList<int>> ValPredictions)
{
    /// <summary>The factor that a percentage comes to, per method that has a vector; null for a plain factor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Factors { get; init; }
}

/// <summary>The chosen cell of a method at a site, and its test.</summary>
/// <param name="Layer">Null where validation chose not to steer.</param>
/// <param name="Strength">0 where validation chose not to steer.</param>
/// <param name="ValAccuracy">On validation.</param>
/// <param name="TestAccuracy">On test.</param>
/// <param name="TestPredictions">On test.</param>
/// <param name="TestChoiceScores">Per item, the scorer's number of each choice.</param>
/// <param name="VectorNorm">Euclidean norm of the vector, without its strength; 0 where nothing is steered.</param>
/// <param name="RightToWrong">Items that steering spoilt.</param>
/// <param name="WrongToRight">Items that steering mended.</param>
public sealed record BestCell(
    int? Layer,
    double Strength,
    double ValAccuracy,
    double TestAccuracy,
    IReadOnlyList<int> TestPredictions,
    [property: JsonPropertyName("test_choice_logits")] IReadOnlyList<IReadOnlyList<float>> TestChoiceScores,
    double VectorNorm,
    int RightToWrong,
    int WrongToRight)
{
    /// <summary>The percentage that was asked for and came to <see cref="Strength"/>; null where that is what was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SteeringStrength? Asked { get; init; }
}

/// <summary>What validation chose; all but the strength are null where it chose not to steer.</summary>
public sealed record ChosenCell(string? Method, string? Site, int? Layer, double Strength, double ValAccuracy)
{
    /// <summary>The percentage that was asked for and came to <see cref="Strength"/>; null where that is what was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SteeringStrength? Asked { get; init; }

    /// <summary>The strength as people read it: <c>4</c>, or <c>10% (factor 3.52)</c>.</summary>
    [JsonIgnore]
    public string StrengthInWords => SteeringStrength.InWords(Asked, Strength);
}

/// <summary>A method's choice over all sites, judged on the test split against placebos of its own.</summary>
public sealed record MethodResult(
    string Method, ChosenCell Selected, double TestAccuracy, int RightToWrong, int WrongToRight, EffectResult Effect, Conclusion Verdict, IReadOnlyList<string> Reasons);

/// <summary>An effect in percentage points with its 95% bootstrap interval, and the one-sided exact McNemar p of a gain.</summary>
public sealed record EffectResult(double Points, IReadOnlyList<double> Interval, double P)
{
    internal static EffectResult Of(Verdict verdict) => new(verdict.EffectInPoints, [100 * verdict.Interval.Low, 100 * verdict.Interval.High], verdict.PHelps);
}

/// <summary>A placebo's choice and its effect on the test split in percentage points.</summary>
public sealed record PlaceboResult(string Name, ChosenCell Selected, double TestAccuracy, double Points);

/// <summary>A letter and the accuracy of always answering it.</summary>
public sealed record ConstantLetter(string Letter, double Accuracy)
{
    internal static ConstantLetter? Of(LetterReport? letters) => letters is null ? null : new(letters.BestConstant.ToString(), letters.BestConstantAccuracy);
}
