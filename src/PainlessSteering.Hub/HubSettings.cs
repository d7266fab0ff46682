namespace PainlessSteering.Hub;

/// <summary>Where the Hugging Face hub and its cache are, as the environment says; the variables are those of <c>huggingface_hub</c>.</summary>
public sealed record HubSettings
{
    /// <summary>Address of the hub (<c>HF_ENDPOINT</c>). A name and a password in it are sent to it alone, in the place of the token.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co/");

    /// <summary>Folder of the cache (<c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>, else <c>~/.cache/huggingface/hub</c>).</summary>
    public required string Cache { get; init; }

    /// <summary>Token of the user (<c>HF_TOKEN</c>, else the file that <c>hf auth login</c> wrote); null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether only the cache may be used (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>How many files are fetched at once.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Wait before the first repetition of a failed request; it doubles each time.</summary>
    internal TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that the hub may ask for; where it asks for more, the user is told so instead.</summary>
    internal TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait for an answer, and for each <see cref="LeastBytes"/> of a file.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fewest bytes of a file that count as progress.</summary>
    internal int LeastBytes { get; init; } = 16 << 10;

    /// <summary>How often a request is tried while nothing arrives.</summary>
    internal int Attempts { get; init; } = 5;

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Yields a variable's value; null for this process's environment.</param>
    /// <exception cref="PasException">The endpoint is no address, or the token cannot be sent.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Value(params string[] names) => names.Select(variable ?? Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim();

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var home = Value("HF_HOME") ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface");
        var endpoint = Value("HF_ENDPOINT") ?? "https://huggingface.co";
        return new HubSettings
        {
            Endpoint = Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
                ? address
                : throw new PasException("is no address of a hub", "HF_ENDPOINT", "such as https://huggingface.co", endpoint[(endpoint.LastIndexOf('@') + 1)..]) { Code = ErrorCodes.BadSetting },
            Cache = Expand(Value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"), user),
            Token = Checked(Value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") ?? TokenFile(Expand(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token"), user))),
            Offline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    private static string Expand(string path, string user) => Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path);

    private static string? TokenFile(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PasException("the token cannot be read", path, found: exception.Message, remedy: "set HF_TOKEN, or correct the file's permissions", inner: exception) { Code = ErrorCodes.FileAccess };
        }
    }

    private static string? Checked(string? token) => token is null || token.All(c => c is > ' ' and < '\u007f')
        ? token
        : throw new PasException("the token of the Hugging Face hub has characters that cannot be sent", "HF_TOKEN", "letters, digits and _", remedy: "copy it again") { Code = ErrorCodes.BadSetting };
}
