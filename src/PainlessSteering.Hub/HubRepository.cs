using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubKind
{
    /// <summary>A model.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,
}

/// <summary>A repository of the Hugging Face hub.</summary>
public sealed partial record HubRepository
{
    /// <param name="kind">Model or data set.</param>
    /// <param name="name">Such as <c>meta-llama/Llama-3.1-8B-Instruct</c>.</param>
    /// <exception cref="PasException">The name is no repository's.</exception>
    public HubRepository(HubKind kind, string name)
    {
        Kind = kind;
        Name = IsName(name) ? name : throw new PasException("is not a name on the Hugging Face hub", name, "owner/name of letters, digits, '-', '_' and '.'") { Code = ErrorCodes.BadSetting };
    }

    /// <summary>Model or data set.</summary>
    public HubKind Kind { get; }

    /// <summary>Owner and name.</summary>
    public string Name { get; }

    /// <summary>Its folder in the cache.</summary>
    internal string Folder => $"{(Kind == HubKind.Model ? "models" : "datasets")}--{Name.Replace("/", "--", StringComparison.Ordinal)}";

    /// <summary>Where the hub tells its files.</summary>
    internal string Api(string revision) => $"api/{(Kind == HubKind.Model ? "models" : "datasets")}/{Name}/revision/{Uri.EscapeDataString(revision)}?blobs=true";

    /// <summary>Where the hub hands a file out.</summary>
    internal string Resolve(string commit, string file) =>
        $"{(Kind == HubKind.Model ? "" : "datasets/")}{Name}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>The page for people.</summary>
    internal string Page => (Kind == HubKind.Model ? "" : "datasets/") + Name;

    /// <summary>The words of the command that fetches it.</summary>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <param name="file">What names one of its files, with the sign before it; empty for all.</param>
    internal string Command(string revision, string file = "") => $"pas download {Name}{file}{(Kind == HubKind.Model ? "" : " --dataset")}{(revision == HubCache.DefaultRevision ? "" : $" --revision {revision}")}";

    /// <summary>Whether a text could be a repository's name; neither "--", which parts the cache's folder names, nor ".." may be in it.</summary>
    public static bool IsName(string name) =>
        name is not null && name.Length <= 96 && NamePattern().IsMatch(name) && !name.Contains("--", StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)?\z", RegexOptions.ECMAScript)]
    private static partial Regex NamePattern();
}
