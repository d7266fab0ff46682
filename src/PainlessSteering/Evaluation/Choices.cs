using PainlessSteering.Engine.Editing;
using PainlessSteering.Statistics;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Evaluation;

/// <summary>What validation chose: for each method and site, for each method, over all, and the same for each placebo.</summary>
internal sealed class Choices
{
    private readonly Dictionary<Candidate, int> _index = [];
    private readonly List<Candidate> _cells = [];

    private Choices(
        IReadOnlyDictionary<(string Method, SteeringSite Site), Selection> bySite,
        IReadOnlyDictionary<string, Choice> byMethod,
        Choice overall)
    {
        BySite = bySite;
        ByMethod = byMethod;
        Overall = overall;
        foreach (var selection in bySite.Values.Concat(byMethod.Values.Append(overall).SelectMany(choice => choice.Placebos.Values.Prepend(choice.Real))))
        {
            if (selection.Cell is { } cell && _index.TryAdd(cell, _cells.Count))
            {
                _cells.Add(cell);
            }
        }
    }

    /// <summary>Per method and site, as the released code reports.</summary>
    public IReadOnlyDictionary<(string Method, SteeringSite Site), Selection> BySite { get; }

    /// <summary>Per method, over the sites.</summary>
    public IReadOnlyDictionary<string, Choice> ByMethod { get; }

    /// <summary>Over methods and sites.</summary>
    public Choice Overall { get; }

    /// <summary>The chosen cells, each once.</summary>
    public IReadOnlyList<Candidate> Cells => _cells;

    /// <summary>Index of a chosen cell in <see cref="Cells"/>; null for "do not steer".</summary>
    public int? IndexOf(Selection selection) => selection.Cell is { } cell ? _index[cell] : null;

    public static Choices Make(ValidationGrid grid, FitOptions options)
    {
        var methods = grid.Variants.Select(variant => variant.Method).Distinct().ToList();
        var bySite = methods.SelectMany(method => options.Sites.Select(site => (method, site)))
            .ToDictionary(key => key, key => grid.Best([.. Of(null, [key.method])], [key.site]));
        return new Choices(bySite, methods.ToDictionary(method => method, method => Choose([method])), Choose(methods));

        IEnumerable<Variant> Of(PlaceboId? placebo, IReadOnlyList<string> among) =>
            grid.Variants.Where(variant => variant.Placebo == placebo && among.Contains(variant.Method));

        // A placebo goes through the very selection that the methods went through.
        Choice Choose(IReadOnlyList<string> among) => new(
            grid.Best([.. Of(null, among)], options.Sites),
            grid.Variants.Select(variant => variant.Placebo).OfType<PlaceboId>().Distinct()
                .ToDictionary(placebo => placebo, placebo => grid.Best([.. Of(placebo, among)], options.Sites)));
    }
}

/// <summary>A choice and what the same procedure chose for each placebo.</summary>
/// <param name="Real">Of the methods.</param>
/// <param name="Placebos">Of the placebos, in order.</param>
internal sealed record Choice(Selection Real, IReadOnlyDictionary<PlaceboId, Selection> Placebos);
