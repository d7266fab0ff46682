namespace PainlessSteering.Hub.Stores;

/// <summary>LM Studio's models: <c>OWNER/NAME/FILE.gguf</c>, or a folder with safetensors.</summary>
/// <param name="roots">Its folders; the first that has a name counts.</param>
internal sealed class LmStudioStore(IReadOnlyList<string> roots) : IModelStore
{
    public string Prefix => "lmstudio:";

    public FoundModel? Find(string name)
    {
        var parts = name.Split(':', 2);
        if (!HubFileName.IsInside(parts[0]))
        {
            return null;
        }

        foreach (var root in roots)
        {
            var path = Path.Combine(root, parts[0]);
            if (parts.Length == 1 && new[] { path, path + ".gguf" }.FirstOrDefault(File.Exists) is { } file)
            {
                return new FoundModel(file, null);
            }

            if (Directory.Exists(path) && parts[0].Count('/') == 1)
            {
                return InFolder(path, Prefix + parts[0], parts.ElementAtOrDefault(1));
            }
        }

        throw StoreFolder.Missing("LM Studio", Prefix + name, Models().Select(model => model.Name), "download it there; 'pas model list' shows what there is");
    }

    public IEnumerable<StoredModel> Models() =>
        from root in roots
        from owner in StoreFolder.Folders(root)
        from name in StoreFolder.Folders(Path.Combine(root, owner))
        from model in Models(Path.Combine(root, owner, name), $"{Prefix}{owner}/{name}")
        select model;

    private static IEnumerable<StoredModel> Models(string folder, string name)
    {
        var models = GgufNames.Models(StoreFolder.Files(folder)).Select(file => new StoredModel($"{name}/{file}", Path.Combine(folder, file)));
        return StoreFolder.HasSafetensors(folder) ? models.Prepend(new StoredModel(name, folder)) : models;
    }

    private static FoundModel? InFolder(string folder, string name, string? quantisation)
    {
        if (quantisation is null && StoreFolder.HasSafetensors(folder))
        {
            return new FoundModel(folder, StoreFolder.Beside(GgufNames.Models(StoreFolder.Files(folder))));
        }

        var choice = GgufChoice.Of(StoreFolder.Files(folder), quantisation, there => new PasException($"LM Studio has no file of the quantisation {quantisation}", name, found: there, remedy: "name one of these, or download it there") { Code = ErrorCodes.FileMissing });
        return choice is null ? null : new FoundModel(Path.Combine(folder, choice.File), choice.Note);
    }
}
