using System.Text;

namespace PainlessSteering.Hub;

/// <summary>Which names from the server are used, and as what: a name is data of a stranger.</summary>
internal static class HubFileName
{
    /// <summary>Kinds of file that could run code when they are loaded.</summary>
    private static readonly string[] Pickles = [".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".dill", ".npy", ".npz", ".h5", ".keras", ".msgpack"];

    private static readonly string[] ModelKinds = [".safetensors", ".json", ".jinja", ".model", ".txt"];
    private static readonly string[] DataKinds = [".parquet", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt"];

    /// <summary>Refuses a name from the server that is not that of a file below its folder on every system.</summary>
    public static string Checked(string name, string where) => IsInside(name)
        ? name
        : throw new PasException("the server names a file that would lie outside its folder, or that no system can hold", where, "a relative path", $"\"{name}\"") { Code = ErrorCodes.Unavailable };

    /// <summary>Refuses a revision that could not be the name of a file below its folder, which is where the cache notes its commit.</summary>
    public static string CheckedRevision(string revision, HubRepository repository) => IsInside(revision)
        ? revision
        : throw new PasException("is no name of a revision", repository.Name, "a branch, a tag or a commit, such as main", $"\"{revision}\"") { Code = ErrorCodes.BadSetting };

    /// <summary>Whether loading such a file could run code.</summary>
    public static bool IsPickle(string name) => Pickles.Contains(Kind(name));

    /// <summary>The files of a repository that are of use: nothing that could run code, nothing for other programs, no second copy of weights.</summary>
    public static IReadOnlyList<string> Useful(HubKind kind, IReadOnlyList<string> names)
    {
        if (kind == HubKind.Dataset)
        {
            return [.. names.Where(name => DataKinds.Contains(Kind(name)))];
        }

        var shards = names.Any(name => name.StartsWith("model", StringComparison.Ordinal) && Kind(name) == ".safetensors");
        return [.. names.Where(name => !name.Contains('/') && ModelKinds.Contains(Kind(name)) && !(shards && name.StartsWith("consolidated", StringComparison.Ordinal)))];
    }

    private static string Kind(string name) => Path.GetExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name).ToLowerInvariant();

    /// <summary>Whether a name is that of a file below its folder on every system.</summary>
    public static bool IsInside(string name) => name.Length is > 0 and <= 1024 &&
        name.Split('/').All(part => part.Length > 0 && Encoding.UTF8.GetByteCount(part) <= FileNames.Longest && part is not ("." or "..") && !part.Any(IsForbidden) && !part.EndsWith(' ') && !part.EndsWith('.'));

    private static bool IsForbidden(char c) => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|';
}
