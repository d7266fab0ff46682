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

    /// <summary>Told in one line each what the user should know beside results: how data was read, what of a model is not used when it is loaded, files that cannot be used.</summary>
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
    private readonly StudySources _sources = new(spec) { NameOf = options.NameOf, Note = options.Note };

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
        store.Sweep();
        var ids = jobs.Select(job => job.Cell.Id).ToHashSet();
        var earlier = ids.ToDictionary(id => id, store.FailureOf); // No clock tells old failures from new ones: each could be set.
        ForgetDamaged();
        using var claims = new CellClaims(store.Folder);
        using var cells = new CellComputer(spec, store, _sources, options);
        var (tried, failures, spent) = (new HashSet<string>(), new HashSet<string>(), new List<double>());
        do
        {
            foreach (var job in jobs.Where(job => IsOpen(job) && claims.TryTake(job.Cell.Id)))
            {
                cancellation.ThrowIfCancellationRequested();
                tried.Add(job.Cell.Id);
                if (!store.IsDone(job.Cell.Id)) // It may have been finished while it was claimed.
                {
                    var clock = Stopwatch.StartNew();
                    var now = new StudyProgress(jobs.Count(other => store.IsDone(other.Cell.Id)), failures.Count, jobs.Count, job.Cell);
                    now = now with { Left = Left(now, claims) };
                    progress?.Report(now);
                    var (result, problem) = cells.Compute(job, stage => progress?.Report(now with { Stage = stage }), cancellation);
                    spent.Add(clock.Elapsed.TotalSeconds);
                    if (problem is not null)
                    {
                        failures.Add(job.Cell.Id);
                    }

                    now = now with { Done = now.Done + (problem is null ? 1 : 0), Failed = failures.Count, Result = result, Problem = problem };
                    progress?.Report(now with { Left = Left(now, claims) });
                }

                claims.Release();
            }
        }
        while (claims.AnyFree(jobs.Where(IsOpen).Select(job => job.Cell.Id), cancellation));

        var living = claims.Living(ids);
        claims.Sweep(store.IsDone);
        store.Sweep();
        return new StudyOutcome(
            jobs.Count,
            jobs.Count(job => store.IsDone(job.Cell.Id)),
            ids.Count(id => !store.IsDone(id) && (failures.Contains(id) || HasFailed(id))),
            jobs.Count(job => living.ContainsKey(job.Cell.Id)));

        bool IsOpen(StudyJob job) => !tried.Contains(job.Cell.Id) && !store.IsDone(job.Cell.Id) && !HasFailed(job.Cell.Id);

        bool HasFailed(string id) => store.FailureOf(id) is { } failure && failure != earlier[id];

        TimeSpan? Left(StudyProgress now, CellClaims claims) =>
            spent.Count == 0 ? null : TimeSpan.FromSeconds(spent.Average() * (now.Total - now.Done - now.Failed) / Math.Max(1, claims.Living(ids).Count));
    }

    /// <summary>What cannot be a result counts as none: its cell is computed again, to the bytes that it should have had.</summary>
    private void ForgetDamaged()
    {
        foreach (var damaged in store.Count(keep: false).Found.Damaged)
        {
            options.Note(damaged.IsResult ? $"{damaged.Problem}; its cell is computed again" : damaged.Problem);
            if (damaged.IsResult)
            {
                store.Forget(damaged);
            }
        }
    }

    private static StudyPlan Plan(StudySpec spec, ResultStore store, IReadOnlyList<StudyJob> jobs)
    {
        var plan = new StudyPlan(spec.Name, spec.Description, [.. jobs.Select(job => job.Cell)]);
        store.SavePlan(plan);
        return plan;
    }
}
