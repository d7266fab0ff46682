using System.Text.Json;

namespace PainlessSteering.Hub;

/// <summary>What a repository holds at a revision.</summary>
/// <param name="Commit">The commit that the revision stands for.</param>
/// <param name="Files">Paths of its files, checked.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<string> Files)
{
    public static async Task<HubListing> ReadAsync(HttpResponseMessage response, HubRepository repository, CancellationToken cancellation)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            var files = document.RootElement.GetProperty("siblings").EnumerateArray().Select(file => HubFileName.Checked(file.GetProperty("rfilename").GetString() ?? "", repository.Name)).ToList();
            return HubCache.IsCommit(commit) ? new HubListing(commit, files) : throw new PasException("the server names no commit", repository.Name, "40 hexadecimal digits", $"\"{commit}\"") { Code = ErrorCodes.Unavailable };
        }
        catch (Exception exception) when (exception is KeyNotFoundException || JsonTexts.IsFault(exception))
        {
            throw new PasException("the server's list of files cannot be read", repository.Name, remedy: "check HF_ENDPOINT", inner: exception) { Code = ErrorCodes.Unavailable };
        }
    }
}
