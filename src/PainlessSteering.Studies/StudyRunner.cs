using System.Diagnostics;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using static TorchSharp.torch;

namespace PainlessSteering.Studies;

/// <summary>How far a study has come; told at each step of each cell.</summary>
/// <param name="Done">Finished cells of the study, whoever computed them.</param>
/// <param name="Failed">Cells that failed in this run.</param>
/// <param name="Total">Cells of the study.</param>
/// <param name="Cell">The cell that this process computes.</param>
/// <param name="Stage">Its step; null when it begins, and when it has ended.</param>
/// <param name="Result">What it found, when it has ended well.</param>
/// <param name="Problem">Why it failed, when it has.</param>
/// <param name="Left">Estimated time until all cells are done; null before the first is.</param>
public sealed record StudyProgress(
    int Done, int Failed, int Total, StudyCell Cell, StageProgress? Stage = null, CellResult? Result = null, string? Problem = null, TimeSpan? Left = null);

/// <summary>Where and how a study runs; changes no result.</summary>
public sealed record StudyRunOptions
{
    /// <summary>How much of the machine may be used.</summary>
    public EngineOptions Engine { get; init; } = EngineOptions.Default;

    /// <summary>Where to compute; the CPU if null.</summary>
    public Device? Device { get; init; }

    /// <summary>Where activations are kept for other runs; in memory only, for the seeds and sites of a task, if null.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>What the reasons of failed cells call the settings that no study file has, such as <see cref="EngineOptions.Threads"/>; null for a setting's own name.</summary>
    public Func<string, string?> NameOf { get; init; } = _ => null;

    /// <summary>Told in one line what of a model is not used, when it is loaded.</summary>
    public Action<string> Note { get; init; } = _ => { };
}

/// <summary>What a run of a study has come to.</summary>
/// <param name="Total">Cells of the study.</param>
/// <param name="Done">Finished cells, whoever computed them.</param>
/// <param name="Failed">Cells that this run could not finish.</param>
/// <param name="Elsewhere">Cells that other processes are computing.</param>
public sealed record StudyOutcome(int Total, int Done, int Failed, int Elsewhere);

/// <summary>
/// Computes the cells of a study that have no result yet and that no other process has. It may be killed at any moment: what is
/// finished stays, and what is not is computed again, to the same bytes.
/// </summary>
/// <param name="spec">The study.</param>
/// <param name="store">Its folder.</param>
/// <param name="options">Where and how it runs.</param>
public sealed class StudyRunner(StudySpec spec, ResultStore store, StudyRunOptions options)
{
    private readonly StudySources _sources = new(spec);

    /// <summary>Lists the cells of a study and keeps the list in its folder.</summary>
    /// <exception cref="PasException">The folder cannot be written.</exception>
    public static StudyPlan Plan(StudySpec spec, ResultStore store)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(store);
        return Plan(spec, store, new StudyPlanner(spec, new StudySources(spec)).Jobs());
    }

    /// <summary>Runs until every cell is finished, has failed, or is another process's.</summary>
    /// <exception cref="PasException">The study's folder cannot be written.</exception>
    public StudyOutcome Run(IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        var jobs = new StudyPlanner(spec, _sources).Jobs();
        Plan(spec, store, jobs);
        var begun = File.GetLastWriteTimeUtc(store.PlanFile); // By the clock that the cells' files have.
        using var claims = new CellClaims(store.Folder);
        using var cells = new CellComputer(spec, store, _sources, options);
        var (tried, spent) = (new HashSet<string>(), new List<double>());
        var failed = 0;
        do
        {
            foreach (var job in jobs.Where(job => IsOpen(job) && claims.TryTake(job.Cell.Id)))
            {
                cancellation.ThrowIfCancellationRequested();
                tried.Add(job.Cell.Id);
                if (!store.IsDone(job.Cell.Id)) // It may have been finished while it was claimed.
                {
                    var clock = Stopwatch.StartNew();
                    var now = new StudyProgress(jobs.Count(other => store.IsDone(other.Cell.Id)), failed, jobs.Count, job.Cell);
                    now = now with { Left = Left(now, claims) };
                    progress?.Report(now);
                    var (result, problem) = cells.Compute(job, stage => progress?.Report(now with { Stage = stage }), cancellation);
                    spent.Add(clock.Elapsed.TotalSeconds);
                    failed += problem is null ? 0 : 1;
                    now = now with { Done = now.Done + (problem is null ? 1 : 0), Failed = failed, Result = result, Problem = problem };
                    progress?.Report(now with { Left = Left(now, claims) });
                }

                claims.Release();
            }
        }
        while (claims.AnyFree(jobs.Where(IsOpen).Select(job => job.Cell.Id), cancellation));

        var living = claims.Living();
        return new StudyOutcome(
            jobs.Count,
            jobs.Count(job => store.IsDone(job.Cell.Id)),
            jobs.Count(job => store.HasFailedSince(job.Cell.Id, begun)),
            jobs.Count(job => living.ContainsKey(job.Cell.Id)));

        bool IsOpen(StudyJob job) => !tried.Contains(job.Cell.Id) && !store.IsDone(job.Cell.Id) && !store.HasFailedSince(job.Cell.Id, begun);

        TimeSpan? Left(StudyProgress now, CellClaims claims) =>
            spent.Count == 0 ? null : TimeSpan.FromSeconds(spent.Average() * (now.Total - now.Done - now.Failed) / Math.Max(1, claims.Living().Count));
    }

    private static StudyPlan Plan(StudySpec spec, ResultStore store, IReadOnlyList<StudyJob> jobs)
    {
        var plan = new StudyPlan(spec.Name, spec.Description, [.. jobs.Select(job => job.Cell)]);
        store.SavePlan(plan);
        return plan;
    }
}
