namespace PainlessSteering.Hub;

/// <summary>Which files of a repository are fetched for a name.</summary>
/// <param name="Files">The files.</param>
/// <param name="Main">The one that a model is opened by; null for the whole folder.</param>
/// <param name="Note">What was chosen of what, in one line; null where nothing was left open.</param>
internal sealed record HubSelection(IReadOnlyList<string> Files, string? Main = null, string? Note = null)
{
    /// <exception cref="PasException">The repository has not what the name says, or nothing of use.</exception>
    public static HubSelection Of(HubName name, IReadOnlyList<string> files)
    {
        if (name.File is { } file)
        {
            return files.Contains(file) ? One(file, files) : throw Missing(name, $"the repository has no file {file}", string.Join(", ", GgufNames.Models(files)));
        }

        var useful = HubFileName.Useful(name.Repository.Kind, files);
        var isWhole = name.Repository.Kind == HubKind.Dataset ? useful.Count > 0 : useful.Any(other => other.EndsWith(".safetensors", StringComparison.Ordinal));
        if (name.Quantisation is null && (isWhole || name.Repository.Kind == HubKind.Dataset))
        {
            return isWhole ? new HubSelection(useful) : throw Useless(name.Repository, files);
        }

        var choice = GgufChoice.Of(files, name.Quantisation, there => Missing(name, $"the repository has no GGUF file of the quantisation {name.Quantisation}", there)) ?? throw Useless(name.Repository, files);
        return One(choice.File, files) with { Note = choice.Note };
    }

    private static HubSelection One(string file, IReadOnlyList<string> files) => new(GgufNames.Parts(file, files), file);

    private static PasException Missing(HubName name, string what, string there) =>
        new(what, name.Repository.Name, $"one of: {there}", remedy: "name one of these") { Code = ErrorCodes.Unavailable };

    private static PasException Useless(HubRepository repository, IReadOnlyList<string> files) => new(
        repository.Kind == HubKind.Dataset ? "the repository has no data files that can be read" : "the repository has no weights in safetensors or GGUF",
        repository.Name,
        found: files.Any(HubFileName.IsPickle) ? "pickles, which could run code and are never fetched" : FormattableString.Invariant($"{files.Count} files of other kinds"),
        remedy: repository.Kind == HubKind.Dataset ? "look for a revision or a copy in Parquet or JSON" : "look for a revision or a copy in safetensors or GGUF")
    { Code = ErrorCodes.Unavailable };
}
