namespace PainlessSteering.Hub.Stores;

/// <summary>What Ollama has pulled: <c>manifests/HOST/OWNER/MODEL/TAG</c> and <c>blobs/sha256-…</c>.</summary>
/// <param name="roots">Its folders; the first that has a name counts.</param>
internal sealed class OllamaStore(IReadOnlyList<string> roots) : IModelStore
{
    public string Prefix => "ollama:";

    public FoundModel? Find(string name)
    {
        if (OllamaName.TryParse(name) is not { } wanted)
        {
            return null;
        }

        var manifests = Manifests().ToArray();
        var (root, manifest, _) = manifests.FirstOrDefault(entry => entry.Name.IsSame(wanted));
        return root is not null ? OllamaManifest.Read(root, manifest)
            : throw StoreFolder.Missing("Ollama", Prefix + wanted, manifests.Select(entry => Prefix + entry.Name), $"get it with 'ollama pull {wanted}'");
    }

    public IEnumerable<StoredModel> Models()
    {
        foreach (var (root, manifest, name) in Manifests())
        {
            StoredModel model;
            try
            {
                model = new StoredModel(Prefix + name, OllamaManifest.Read(root, manifest).Path);
            }
            catch (Exception exception) when (exception is PasException or IOException or UnauthorizedAccessException)
            {
                model = new StoredModel(Prefix + name, null, exception.Message);
            }

            yield return model;
        }
    }

    private IEnumerable<(string Root, string Manifest, OllamaName Name)> Manifests() =>
        from root in roots
        let folder = Path.Combine(root, "manifests")
        from path in StoreFolder.Files(folder)
        let name = OllamaName.OfManifest(path)
        where name is not null
        select (root, Path.Combine(folder, path), name);
}
