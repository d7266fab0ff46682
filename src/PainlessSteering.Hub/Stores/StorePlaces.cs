namespace PainlessSteering.Hub.Stores;

/// <summary>Where programs keep models, as they find it themselves; only folders that there are.</summary>
/// <param name="variable">Yields the value of a variable of the environment.</param>
internal sealed class StorePlaces(Func<string, string?> variable)
{
    /// <summary>Ollama's: the one that its variable names, else the user's and that of the system's service.</summary>
    public IReadOnlyList<string> Ollama => Existing(Value("OLLAMA_MODELS") is { } given ? [given] : [Path.Combine(Home, ".ollama", "models"), "/usr/share/ollama/.ollama/models"]);

    /// <summary>LM Studio's, today's and that of its older versions.</summary>
    public IReadOnlyList<string> LmStudio => Existing([Path.Combine(Home, ".lmstudio", "models"), Path.Combine(Home, ".cache", "lm-studio", "models")]);

    /// <summary>llama.cpp's.</summary>
    public IReadOnlyList<string> LlamaCpp => Existing([
        Value("LLAMA_CACHE") ?? (OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Caches", "llama.cpp")
            : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "llama.cpp")
            : Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(Home, ".cache"), "llama.cpp"))]);

    private string Home => Value("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static string[] Existing(IEnumerable<string> folders) => [.. folders.Select(Path.GetFullPath).Where(Directory.Exists)];
}
