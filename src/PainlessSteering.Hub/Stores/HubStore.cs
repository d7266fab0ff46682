namespace PainlessSteering.Hub.Stores;

/// <summary>The cache of the Hugging Face hub. Safetensors come first; a repository of GGUF files stands for one of them.</summary>
internal sealed class HubStore(HubCache cache) : IModelStore
{
    private const string FolderPrefix = "models--";

    public string Prefix => "";

    public FoundModel? Find(string name)
    {
        if (HubName.TryParse(name) is not { } hub || !hub.Repository.Name.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        var snapshot = cache.Find(hub.Repository, hub.Revision) ?? throw new PasException(
            $"{hub.Repository.Name} at revision {hub.Revision} is not in the Hugging Face cache", cache.Folder, found: Near(hub.Repository.Name), remedy: $"fetch it with '{hub.Command}'")
        { Code = ErrorCodes.FileMissing };
        var files = HubCache.Files(snapshot);
        if (hub.File is { } file)
        {
            return files.Contains(file) ? new FoundModel(Path.Combine(snapshot, file), null) : throw Missing(hub, $"the file {file}", string.Join(", ", GgufNames.Models(files)));
        }

        if (hub.Quantisation is null && StoreFolder.HasSafetensors(snapshot))
        {
            return new FoundModel(snapshot, StoreFolder.Beside(GgufNames.Models(files)));
        }

        var choice = GgufChoice.Of(files, hub.Quantisation, there => Missing(hub, $"a GGUF file of the quantisation {hub.Quantisation}", there));
        return choice is null ? new FoundModel(snapshot, null) : new FoundModel(Path.Combine(snapshot, choice.File), choice.Note);
    }

    public IEnumerable<StoredModel> Models()
    {
        foreach (var folder in StoreFolder.Folders(cache.Folder).Where(name => name.StartsWith(FolderPrefix, StringComparison.Ordinal)))
        {
            var name = folder[FolderPrefix.Length..].Replace("--", "/", StringComparison.Ordinal);
            var repository = Path.Combine(cache.Folder, folder);
            var revisions = StoreFolder.Files(Path.Combine(repository, "refs"));
            if (!HubRepository.IsName(name) || revisions.Count == 0)
            {
                yield return new StoredModel(name, null, revisions.Count == 0 ? "nothing of it was ever fetched to its end" : "is no name of a model on the hub");
                continue;
            }

            foreach (var model in revisions.SelectMany(revision => Models(name, revision)))
            {
                yield return model;
            }
        }
    }

    private IEnumerable<StoredModel> Models(string name, string revision)
    {
        var behind = revision == HubCache.DefaultRevision ? "" : $"@{revision}";
        string? snapshot = null;
        string? problem = null;
        try
        {
            snapshot = cache.Find(new HubRepository(HubKind.Model, name), revision);
        }
        catch (Exception exception) when (exception is PasException or IOException or UnauthorizedAccessException)
        {
            problem = exception.Message;
        }

        if (snapshot is null)
        {
            return [new StoredModel(name + behind, null, problem ?? "the commit that the cache notes is not in it")];
        }

        var models = GgufNames.Models(StoreFolder.Files(snapshot)).Select(file => new StoredModel($"{name}/{file}{behind}", Path.Combine(snapshot, file)));
        return StoreFolder.HasSafetensors(snapshot) ? models.Prepend(new StoredModel(name + behind, snapshot))
            : models.DefaultIfEmpty(new StoredModel(name + behind, null, "no weights in safetensors or GGUF"));
    }

    private string? Near(string name) => Suggestion.Nearest(name, StoreFolder.Folders(cache.Folder).Where(folder => folder.StartsWith(FolderPrefix, StringComparison.Ordinal)).Select(folder => folder[FolderPrefix.Length..].Replace("--", "/", StringComparison.Ordinal))) is { } near
        ? $"{near}, which is near" : null;

    private static PasException Missing(HubName name, string what, string there) =>
        new($"{what} is not in the Hugging Face cache", name.Repository.Name, found: there.Length == 0 ? "no GGUF file" : there, remedy: $"fetch it with '{name.Command}', or name one of these") { Code = ErrorCodes.FileMissing };
}
