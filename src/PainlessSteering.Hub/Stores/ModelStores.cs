namespace PainlessSteering.Hub.Stores;

/// <summary>Finds what a model's name stands for: a folder, a file, or an entry of a store that a program keeps on this machine.</summary>
public sealed class ModelStores
{
    private readonly IReadOnlyList<IModelStore> _stores;

    internal ModelStores(IReadOnlyList<IModelStore> stores) => _stores = stores;

    /// <summary>The stores of the user of this process.</summary>
    /// <exception cref="PasException">A variable of the environment is not usable.</exception>
    public static ModelStores FromEnvironment() => FromEnvironment(null);

    /// <summary>The stores, where the environment says that they are. A new one is one file and one entry here.</summary>
    /// <param name="variable">Yields a variable's value; null for this process's environment.</param>
    internal static ModelStores FromEnvironment(Func<string, string?>? variable)
    {
        var places = new StorePlaces(variable ?? Environment.GetEnvironmentVariable);
        return new ModelStores([new HubStore(new HubCache(HubSettings.FromEnvironment(variable).Cache)), new OllamaStore(places.Ollama), new LmStudioStore(places.LmStudio), new LlamaCppStore(places.LlamaCpp)]);
    }

    /// <summary>
    /// The folder or file of a model: of one that is there, of a name on the hub (<c>owner/name</c>, <c>owner/name:Q4_K_M</c>, <c>owner/name/file.gguf</c>), or of
    /// one with a store's prefix (<c>ollama:llama3.1:8b</c>, <c>lmstudio:owner/name/file</c>, <c>llamacpp:file</c>). What stands at a path comes first.
    /// </summary>
    /// <exception cref="PasException">There is none; the message says what there is that is near, and how to get it.</exception>
    public FoundModel Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Directory.Exists(name) || File.Exists(name))
        {
            return new FoundModel(name, null);
        }

        var store = Other(name) ?? _stores.First(store => store.Prefix.Length == 0);
        try
        {
            return store.Find(name[store.Prefix.Length..]) ?? throw NoName(name, store);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PasException("the place where the model is looked for cannot be read", name, found: exception.Message, remedy: "correct its permissions", inner: exception) { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>Whether a name is one of another program's store, which is not the hub's to fetch.</summary>
    internal bool IsOthers(string name) => Other(name) is not null;

    /// <summary>Everything in all stores, in order.</summary>
    internal IEnumerable<StoredModel> Models() => _stores.SelectMany(store => store.Models().OrderBy(model => model.Name, StringComparer.Ordinal));

    private IModelStore? Other(string name) => _stores.FirstOrDefault(store => store.Prefix.Length > 0 && name.StartsWith(store.Prefix, StringComparison.OrdinalIgnoreCase));

    private PasException NoName(string name, IModelStore store) => store.Prefix.Length > 0
        ? new("is no name of a model in this store", name, remedy: "'pas model list' shows the names that there are") { Code = ErrorCodes.FileMissing }
        : new("the model folder does not exist: there is no such file or folder, and no model of this name", name, found: Near(name), remedy: "give a folder in Hugging Face layout, a GGUF file, a name such as Qwen/Qwen3-0.6B, or one that 'pas model list' shows") { Code = ErrorCodes.FileMissing };

    /// <summary>What there is that the name may have meant: a name of a store without its prefix, or a neighbour on the disk.</summary>
    private string? Near(string name)
    {
        var (folder, last) = (Path.GetDirectoryName(name), Path.GetFileName(name));
        var beside = StoreFolder.Entries(string.IsNullOrEmpty(folder) ? "." : folder).Select(entry => (Short: Path.Combine(folder ?? "", entry), Name: Path.Combine(folder ?? "", entry)));
        var candidates = _stores.SelectMany(store => store.Models().Select(model => (Short: model.Name[store.Prefix.Length..], model.Name))).Concat(last.Length == 0 ? [] : beside).ToArray();
        return Suggestion.Nearest(name, candidates.Select(candidate => candidate.Short)) is { } near ? $"{candidates.First(candidate => candidate.Short == near).Name}, which is near" : null;
    }
}
