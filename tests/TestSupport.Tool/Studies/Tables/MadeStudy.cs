using PainlessSteering.Data;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies.Tables;

/// <summary>Results of a study as if they had been computed: 100 test items of four letters, and effects as wanted.</summary>
internal sealed class MadeStudy
{
    private static readonly string[] Methods = ["PASf", "iPASwo"];

    private readonly List<StudyCell> _cells = [];
    private readonly List<CellResult> _results = [];
    private readonly List<CellFailure> _failures = [];

    public string Name { get; init; } = "made";

    public StudyResults Results => new(
        new StudyPlan(Name, "About <b>nothing</b>.", _cells), _results, _failures, _results.ToDictionary(result => result.Cell.Id, _ => new CellTiming(2.5, "here")));

    /// <summary>Adds a task: per seed so many items mended by the first method (the second mends half of them).</summary>
    public MadeStudy Task(string task, string? category, int[] mended, string model = "demo", string site = "residual", string split = "0.6/0.2/0.2", int train = 300, int transferLoss = 0, StudySft? sft = null)
    {
        for (var seed = 1; seed <= mended.Length; seed++)
        {
            var cell = Cell(task, category, model, site, split, seed) with { Sft = sft, TestOn = Tested(transferLoss > 0) };
            _cells.Add(cell);
            _results.Add(Result(cell, mended[seed - 1], train, transferLoss));
        }

        return this;
    }

    /// <summary>Adds a cell without a result.</summary>
    public MadeStudy Missing(string task, int seed, string? reason = null, string? category = null, bool transfers = false)
    {
        _cells.Add(Cell(task, category, "demo", "residual", "0.6/0.2/0.2", seed) with { TestOn = Tested(transfers) });
        if (reason is not null)
        {
            _failures.Add(new CellFailure(_cells[^1], reason));
        }

        return this;
    }

    /// <summary>Writes the study's folder.</summary>
    public ResultStore Save(string folder)
    {
        var store = new ResultStore(folder);
        var study = Results;
        store.SavePlan(study.Plan);
        study.Results.ToList().ForEach(result => store.Save(result, study.Timings[result.Cell.Id]));
        study.Failures.ToList().ForEach(store.Save);
        return store;
    }

    /// <summary>The tasks that a vector is tested on beside its own.</summary>
    private static IReadOnlyList<TestedTask> Tested(bool transfers) => transfers ? [new TestedTask("MMLU", null)] : [];

    private static StudyCell Cell(string task, string? category, string model, string site, string split, int seed) => new()
    {
        Model = model,
        Weights = "full",
        DataType = "f32",
        Task = task,
        Category = category,
        Protocol = Protocol.Sound,
        Site = site,
        Methods = Methods,
        Layers = [1, 2],
        Strengths = [1, 4],
        Split = split,
        MaxItems = 4000,
        Placebos = 5,
        Alpha = 0.05,
        Seed = seed,
    };

    private static CellResult Result(StudyCell cell, int mended, int train, int transferLoss)
    {
        var right = Letters.Of(Enumerable.Range(0, 100).Select(i => i % 4));
        var wrong = Letters.Of(Enumerable.Range(0, 100).Select(i => (i + 1) % 4));
        string Mixed(int correct) => right[..correct] + wrong[correct..];
        CellTest Test(string unsteered, int gained)
        {
            Placebo[] placebos = [.. Enumerable.Range(1, 5).Select(number => new Placebo(PlaceboKind.ShuffledLabels, number, 0.01 * (number - 3)))];
            var made = new CellTest(0, new(0, [0, 0], 1), 0, 0, SelectionOutcome.Steer, placebos, default, [], Mixed(50 + gained));
            var report = made.Report(right, unsteered, cell.Alpha);
            return made with
            {
                Accuracy = report.Flips.SteeredAccuracy,
                Effect = EffectResult.Of(report.Verdict),
                RightToWrong = report.Flips.RightToWrong,
                WrongToRight = report.Flips.WrongToRight,
                Verdict = report.Verdict.Conclusion,
            };
        }

        CellChoice Choice(string method, int layer, int gained) => new(method, layer, 4, 2.5, 0.7, Test(Mixed(50), gained));
        CellTransfer[] transfers = transferLoss == 0 ? [] :
        [
            new("MMLU", [.. Enumerable.Range(0, 100)], right, Mixed(50), 0.5, Methods.ToDictionary(method => method, _ => Test(Mixed(50), -transferLoss - cell.Seed)), Test(Mixed(50), -transferLoss - cell.Seed)),
        ];
        return new CellResult
        {
            Cell = cell,
            Sizes = [train, 100, 100],
            Pool = 500,
            TrainAccuracy = 0.5,
            ValAccuracy = 0.5,
            TestAccuracy = 0.5,
            TestItems = [.. Enumerable.Range(0, 100)],
            TestRight = right,
            TestUnsteered = Mixed(50),
            BestConstantLetter = new ConstantLetter("A", 0.25),
            Methods = [Choice(Methods[0], 2, mended), Choice(Methods[1], 1, mended / 2)],
            Overall = Choice(Methods[0], 2, mended),
            Grid = new CellGrid([2, 1], [1, 4], new Dictionary<string, IReadOnlyList<IReadOnlyList<double>>>
            {
                [Methods[0]] = [[0.5, 0.6 + (0.01 * cell.Seed)], [0.5, 0.4]],
                [Methods[1]] = [[0.5, 0.5], [0.55, 0.5]],
            }),
            Transfers = transfers,
        };
    }
}
