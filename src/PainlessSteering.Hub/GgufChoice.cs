namespace PainlessSteering.Hub;

/// <summary>One model of several GGUF files.</summary>
/// <param name="File">The file, or the first of its parts.</param>
/// <param name="Note">What was chosen of what, in one line; null where nothing was left open.</param>
internal sealed record GgufChoice(string File, string? Note)
{
    /// <summary>Chooses.</summary>
    /// <param name="files">Paths in one repository or folder.</param>
    /// <param name="quantisation">The one that is wanted; null for any.</param>
    /// <param name="refuse">Makes the error of a quantisation that there is not, from those that there are.</param>
    /// <returns>Null where there is no model at all.</returns>
    public static GgufChoice? Of(IEnumerable<string> files, string? quantisation, Func<string, PasException> refuse)
    {
        var models = GgufNames.Models(files);
        if (quantisation is not null)
        {
            return new GgufChoice(GgufNames.Find(models, quantisation) ?? throw refuse(models.Count == 0 ? "no GGUF file" : GgufNames.Shown(models)), null);
        }

        var best = models.Count == 0 ? null : GgufNames.Best(models);
        return best is null ? null : new GgufChoice(best, models.Count == 1 ? null : FormattableString.Invariant($"{best} was chosen of {models.Count} GGUF files: {GgufNames.Shown(models)}"));
    }
}
