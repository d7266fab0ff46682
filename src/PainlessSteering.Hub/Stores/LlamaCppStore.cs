namespace PainlessSteering.Hub.Stores;

/// <summary>What llama.cpp has downloaded by itself: files side by side, which begin with owner and name of the repository, parted by <c>_</c>.</summary>
/// <param name="roots">Its folders.</param>
internal sealed class LlamaCppStore(IReadOnlyList<string> roots) : IModelStore
{
    public string Prefix => "llamacpp:";

    public FoundModel? Find(string name)
    {
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            var file = GgufNames.IsGguf(name) ? name : name + ".gguf";
            return !HubFileName.IsInside(file) ? null
                : roots.Select(root => Path.Combine(root, file)).FirstOrDefault(File.Exists) is { } path ? new FoundModel(path, null)
                : throw Missing(name);
        }

        if (HubName.TryParse(name) is not { File: null, Revision: HubCache.DefaultRevision } hub)
        {
            return null;
        }

        var before = hub.Repository.Name.Replace('/', '_') + "_";
        foreach (var root in roots)
        {
            var files = StoreFolder.Files(root, "*.gguf").Where(file => file.StartsWith(before, StringComparison.OrdinalIgnoreCase));
            if (GgufChoice.Of(files, hub.Quantisation, there => files.Any() ? new PasException($"llama.cpp's cache has no file of the quantisation {hub.Quantisation}", Prefix + hub.Repository.Name, found: there, remedy: "name one of these") { Code = ErrorCodes.FileMissing } : Missing(name)) is { } choice)
            {
                return new FoundModel(Path.Combine(root, choice.File), choice.Note);
            }
        }

        throw Missing(name);
    }

    public IEnumerable<StoredModel> Models() =>
        from root in roots
        from file in GgufNames.Models(StoreFolder.Files(root, "*.gguf"))
        where !file.Contains('/', StringComparison.Ordinal)
        select new StoredModel(Prefix + file, Path.Combine(root, file));

    private PasException Missing(string name) =>
        StoreFolder.Missing("llama.cpp's cache", Prefix + name, Models().Select(model => model.Name), "'pas model list' shows what there is");
}
