using System.Text.Json.Serialization;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;

namespace PainlessSteering.Studies;

/// <summary>
/// What a finished cell found: all that a report needs, and no time or place, so that the same cell gives the same bytes anywhere.
/// Answers are letters, one an item in the order of <see cref="TestItems"/>: <c>"ABCA"</c>.
/// </summary>
public sealed record CellResult
{
    /// <summary>What was asked.</summary>
    public required StudyCell Cell { get; init; }

    /// <summary>Items for training, validation and test.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Items left out because their prompt is longer than the model's context.</summary>
    public int LeftOut { get; init; }

    /// <summary>Items that the split was drawn from.</summary>
    public required int Pool { get; init; }

    /// <summary>Exemplars that stand before the prompts, on average over the test items; 0 without in-context learning.</summary>
    public double Exemplars { get; init; }

    /// <summary>Unsteered accuracy on training, 0 to 1.</summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>Unsteered accuracy on validation.</summary>
    public required double ValAccuracy { get; init; }

    /// <summary>Unsteered accuracy on test.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>0-based places in the data of the test items.</summary>
    public required IReadOnlyList<int> TestItems { get; init; }

    /// <summary>The right letter of each test item, as presented.</summary>
    public required string TestRight { get; init; }

    /// <summary>The unsteered model's letters.</summary>
    public required string TestUnsteered { get; init; }

    /// <summary>What always answering one letter would have scored.</summary>
    public required ConstantLetter BestConstantLetter { get; init; }

    /// <summary>Each method's own choice and test.</summary>
    public required IReadOnlyList<CellChoice> Methods { get; init; }

    /// <summary>The choice over all methods.</summary>
    public required CellChoice Overall { get; init; }

    /// <summary>Validation accuracy of every layer and strength.</summary>
    public required CellGrid Grid { get; init; }

    /// <summary>What the choices do on other tasks.</summary>
    public IReadOnlyList<CellTransfer> Transfers { get; init; } = [];

    /// <summary>File of the overall vector below the study's folder; null where every vector is undefined.</summary>
    public string? Vector { get; init; }

    /// <summary>
    /// Test items over all others, as the corrected resampled t-test asks for it: how much the test splits of two seeds overlap. A split
    /// that takes few of many items overlaps little.
    /// </summary>
    [JsonIgnore]
    public double TestTrainRatio => Sizes[2] / Math.Max(1.0, Pool - Sizes[2]);

    /// <summary>The whole report of a choice on the test split: tests, flips, letters, confusion.</summary>
    public RunReport Report(CellChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return choice.Test.Report(TestRight, TestUnsteered, Cell.Alpha);
    }
}

/// <summary>What validation chose for a method (or over all), and its test.</summary>
/// <param name="Method">Name of the method; null where the overall choice is not to steer.</param>
/// <param name="Layer">Null where the choice is not to steer.</param>
/// <param name="Strength">0 where the choice is not to steer.</param>
/// <param name="VectorNorm">Euclidean norm of the vector without its strength; 0 where nothing is steered.</param>
/// <param name="ValAccuracy">On validation.</param>
/// <param name="Test">On the untouched test split.</param>
public sealed record CellChoice(string? Method, int? Layer, double Strength, double VectorNorm, double ValAccuracy, CellTest Test)
{
    /// <summary>The percentage that was asked for and came to <see cref="Strength"/>; null where that is what was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SteeringStrength? Asked { get; init; }

    /// <summary>The column of the grid: what was asked for, which is the same for every seed.</summary>
    [JsonIgnore]
    public SteeringStrength Column => Asked ?? Strength;
}

/// <summary>The test of a choice.</summary>
/// <param name="Accuracy">Steered, 0 to 1.</param>
/// <param name="Effect">Steered less unsteered in percentage points, interval, one-sided exact McNemar p.</param>
/// <param name="RightToWrong">Items that steering spoilt.</param>
/// <param name="WrongToRight">Items that steering mended.</param>
/// <param name="Selection">Whether something was steered at all.</param>
/// <param name="Placebos">Effects of the placebos that went through the same selection, -1 to 1.</param>
/// <param name="Verdict">Was it better?</param>
/// <param name="Reasons">Why the verdict is what it is.</param>
/// <param name="Steered">The steered model's letters.</param>
public sealed record CellTest(
    double Accuracy,
    EffectResult Effect,
    int RightToWrong,
    int WrongToRight,
    SelectionOutcome Selection,
    IReadOnlyList<Placebo> Placebos,
    Conclusion Verdict,
    IReadOnlyList<string> Reasons,
    string Steered)
{
    /// <summary>The whole report: tests, flips, letters, confusion.</summary>
    /// <param name="right">Right letters.</param>
    /// <param name="unsteered">The unsteered model's letters.</param>
    /// <param name="alpha">Level of the tests.</param>
    public RunReport Report(string right, string unsteered, double alpha) => RunReport.Of(new TestRun
    {
        Answers = Letters.Positions(right),
        Unsteered = Letters.Positions(unsteered),
        Steered = Letters.Positions(Steered),
        Letters = (right + unsteered + Steered).Max() - 'A' + 1,
        Selection = Selection,
        Placebos = Placebos,
        Alpha = alpha,
    });
}

/// <summary>The search on validation.</summary>
/// <param name="Layers">Descending, as the rows of the accuracies.</param>
/// <param name="Strengths">As listed, the columns.</param>
/// <param name="ValAccuracy">Per method, [layers][strengths].</param>
public sealed record CellGrid(
    IReadOnlyList<int> Layers, IReadOnlyList<SteeringStrength> Strengths, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<double>>> ValAccuracy);

/// <summary>What vectors of a cell do on another task's test split.</summary>
/// <param name="Task">Name of the other task.</param>
/// <param name="TestItems">0-based places in its data.</param>
/// <param name="Right">Right letters.</param>
/// <param name="Unsteered">The unsteered model's letters.</param>
/// <param name="UnsteeredAccuracy">0 to 1.</param>
/// <param name="Methods">Test of each method's choice, by name.</param>
/// <param name="Overall">Test of the overall choice.</param>
public sealed record CellTransfer(
    string Task, IReadOnlyList<int> TestItems, string Right, string Unsteered, double UnsteeredAccuracy, IReadOnlyDictionary<string, CellTest> Methods, CellTest Overall);
