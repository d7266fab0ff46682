using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>
/// A model, or one file of it, as people name it on the hub: <c>owner/name</c>, <c>owner/name:Q4_K_M</c> or <c>owner/name/file.gguf</c>, each also with
/// <c>hf:</c> or <c>hf.co/</c> before it and <c>@revision</c> behind it.
/// </summary>
/// <param name="Repository">The repository.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
/// <param name="Quantisation">Which of the repository's GGUF files is meant; null where the name does not say.</param>
/// <param name="File">The file by its path in the repository; null where the name does not say.</param>
internal sealed partial record HubName(HubRepository Repository, string Revision = HubCache.DefaultRevision, string? Quantisation = null, string? File = null)
{
    private static readonly string[] Prefixes = ["hf:", "hf.co/"];

    /// <summary>The words of the command that fetches it.</summary>
    public string Command => Repository.Command(Revision, Quantisation is null ? File is null ? "" : $"/{File}" : $":{Quantisation}");

    /// <summary>Reads a name; null where the text is none. A name without an owner, as old models have, is one only to the hub: elsewhere it would be a folder.</summary>
    public static HubName? TryParse(string text)
    {
        var name = Prefixes.FirstOrDefault(prefix => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } before ? text[before.Length..] : text;
        var revision = name.Split('@', 2);
        var quantisation = revision[0].Split(':', 2);
        var parts = quantisation[0].Split('/', 3);
        var repository = string.Join('/', parts.Take(2));
        var (label, file) = (quantisation.Length == 2 ? quantisation[1] : null, parts.Length == 3 ? parts[2] : null);
        var valid = HubRepository.IsName(repository)
            && (label is null || (parts.Length == 2 && LabelPattern().IsMatch(label)))
            && (file is null || (HubFileName.IsInside(file) && GgufNames.IsGguf(file)));
        return valid ? new HubName(new HubRepository(HubKind.Model, repository), revision.Length == 2 ? revision[1] : HubCache.DefaultRevision, label, file) : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex LabelPattern();
}
