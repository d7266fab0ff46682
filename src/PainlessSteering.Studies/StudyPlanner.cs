using System.Text.Json;
using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Studies;

/// <summary>A cell with what it takes to compute it.</summary>
internal sealed record StudyJob(StudyCell Cell, StudyModel Model, StudyTask Task, SteeringSite Site, SplitSizes Split);

/// <summary>Lists the cells of a study. What shares recordings comes together: sites innermost, then seeds.</summary>
internal sealed class StudyPlanner(StudySpec spec, StudySources sources)
{
    private readonly string? _promptPairs = spec.PromptPairs is { } file ? Hash(PromptPair.Load(file)) : null;

    public IReadOnlyList<StudyJob> Jobs() =>
    [
        .. (from model in spec.Models
            from task in spec.Tasks
            from split in spec.Splits
            from icl in spec.Icl
            from seed in spec.Seeds
            from sft in spec.Sft is null || icl > 0 ? [null] : new[] { null, spec.Sft }
            from site in spec.Sites
            select new StudyJob(Cell(model, task, split, icl, seed, site) with { Sft = sft }, model, task, site, split)).DistinctBy(job => job.Cell.Id),
    ];

    private StudyCell Cell(StudyModel model, StudyTask task, SplitSizes split, int icl, int seed, SteeringSite site)
    {
        var known = StudySources.InCatalogue(task);
        var facts = sources.Model(model).Value;
        return new StudyCell
        {
            Model = model.Title,
            ModelFingerprint = facts?.Fingerprint,
            Weights = spec.Weights,
            DataType = spec.DataType,
            Task = task.Name,
            TaskVersion = known?.Version,
            Category = task.Category ?? (known is null ? null : JsonSerializer.SerializeToElement(known.Category).GetString()),
            DataFingerprint = sources.Data(task).Value?.Fingerprint,
            TestOn = [.. spec.TestOn.Select(other => new TestedTask(other.Name, sources.Data(other).Value?.Fingerprint))],
            Protocol = spec.Protocol,
            Site = site.Name,
            Methods = [.. spec.Methods.Select(method => method.Name), .. _promptPairs is null ? Array.Empty<string>() : [PromptPairsMethod.Name]],
            PromptPairs = _promptPairs,
            Layers = spec.Layers ?? (facts is null ? [] : FitOptions.DefaultLayers(facts.Config)),
            Strengths = spec.Strengths,
            Split = split.ToString(),
            MaxItems = spec.MaxItems,
            SkipLongPrompts = spec.SkipBadRows,
            Icl = icl,
            Placebos = spec.Placebos,
            Alpha = spec.Alpha,
            Seed = seed,
        };
    }

    private static string Hash(IReadOnlyList<PromptPair> pairs)
    {
        using var hash = new ContentHash();
        foreach (var pair in pairs)
        {
            hash.Add(pair.Positive);
            hash.Add(pair.Negative);
        }

        return Convert.ToHexStringLower(hash.Finish());
    }
}
