using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>What the hub says of one file before it hands it out.</summary>
/// <param name="Name">Path in the repository.</param>
/// <param name="Checksum">SHA-256 of a large file, or git's SHA-1 of a small one, in hexadecimal: the name of its blob.</param>
/// <param name="Size">In bytes.</param>
internal sealed partial record HubFile(string Name, string Checksum, long Size)
{
    /// <summary>Reads the answer to a HEAD request.</summary>
    public static HubFile From(HttpResponseMessage response, string name, string commit, string where)
    {
        string? Header(string header) => response.Headers.TryGetValues(header, out var values) ? values.First() : null;

        if (Header("X-Repo-Commit") is { } other && other != commit)
        {
            throw new PasException("the server hands out another commit than it was asked for", where, commit, other) { Code = ErrorCodes.Unavailable };
        }

        var etag = (Header("X-Linked-Etag") ?? response.Headers.ETag?.Tag ?? "").Trim().Replace("W/", "", StringComparison.Ordinal).Trim('"');
        if (!ChecksumPattern().IsMatch(etag))
        {
            throw new PasException("the server gives no checksum", where, "an ETag of 40 or 64 hexadecimal digits", etag.Length == 0 ? "none" : etag, "check HF_ENDPOINT") { Code = ErrorCodes.Unavailable };
        }

        var size = Header("X-Linked-Size") is { } linked
            ? long.TryParse(linked, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null
            : response.Content.Headers.ContentLength;
        return new HubFile(name, etag, size ?? throw new PasException("the server does not tell the size", where, "a number of bytes", Header("X-Linked-Size") ?? "none", "check HF_ENDPOINT") { Code = ErrorCodes.Unavailable });
    }

    /// <summary>Whether a file's content is this one.</summary>
    public async Task<bool> IsContentOfAsync(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(Checksum.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (Checksum.Length == 40)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {Size}\0"))); // As git hashes a file.
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        var buffer = new byte[1 << 20];
        for (var read = await file.ReadAsync(buffer, cancellation); read > 0; read = await file.ReadAsync(buffer, cancellation))
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Checksum;
    }

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex ChecksumPattern();
}
