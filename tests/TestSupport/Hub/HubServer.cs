using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Hub;

/// <summary>
/// A server on this machine that speaks the hub's protocol for one repository: list of files, HEAD and GET of files with ranges, large
/// files on another host (another port). Tests put faults in its way.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Name = "tiny/model";

    private readonly HttpListener _hub, _storage;

    public HubServer()
    {
        (_hub, Endpoint) = Start(HubAsync);
        (_storage, StorageEndpoint) = Start(StorageAsync);
    }

    public Uri Endpoint { get; }

    public Uri StorageEndpoint { get; }

    public TempFolder Cache { get; } = new();

    /// <summary>The repository's files; those that end in .safetensors, .gguf or .parquet are large.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Handles a request in place of the server, which is the fault; true where it has.</summary>
    public Func<HttpListenerContext, bool>? Fault { get; set; }

    /// <summary>What was asked: where, method, path, range, token.</summary>
    public ConcurrentQueue<(string Host, string Method, string Path, string? Range, string? Token)> Requests { get; } = [];

    public HubSettings Settings => new() { Endpoint = Endpoint, Cache = Cache.Path, Token = "hf_secret", FirstWait = TimeSpan.FromMilliseconds(5) };

    public static HubRepository Model => new(HubKind.Model, Name);

    /// <summary>Names of the files that were fetched, not only asked about.</summary>
    public IEnumerable<string> Fetched => Requests.Where(request => request.Method == "GET" && request.Path.Contains("/resolve/", StringComparison.Ordinal)).Select(request => request.Path[(request.Path.LastIndexOf(Commit, StringComparison.Ordinal) + 41)..]);

    public async Task<string> DownloadAsync(string revision = "main", HubRepository? repository = null, HubSettings? settings = null)
    {
        using var client = new HubClient(settings ?? Settings);
        return await client.DownloadAsync(repository ?? Model, revision, null, TestContext.Current.CancellationToken);
    }

    public async Task<string> RefusedAsync(HubSettings? settings = null) => (await Assert.ThrowsAsync<PasException>(() => DownloadAsync(settings: settings))).Message;

    public static string Checksum(string name, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(IsLarge(name) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        hash.AppendData(IsLarge(name) ? [] : Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static void Answer(HttpListenerContext context, HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = (int)status;
        foreach (var (name, value) in headers)
        {
            context.Response.AddHeader(name, value);
        }

        context.Response.Close();
    }

    /// <summary>Sends part of a file and cuts the connection.</summary>
    public static void Cut(HttpListenerContext context, byte[] content, int from, int to)
    {
        (context.Response.StatusCode, context.Response.ContentLength64) = (from > 0 ? 206 : 200, content.Length - from);
        context.Response.AddHeader("Content-Range", FormattableString.Invariant($"bytes {from}-{content.Length - 1}/{content.Length}"));
        context.Response.OutputStream.Write(content, from, to - from);
        context.Response.OutputStream.Flush();
        context.Response.Abort();
    }

    public static int From(HttpListenerContext context) =>
        context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;

    public void Dispose()
    {
        _hub.Abort();
        _storage.Abort();
        Cache.Dispose();
    }

    private static bool IsLarge(string name) => Path.GetExtension(name) is ".safetensors" or ".gguf" or ".parquet";

    private static (HttpListener Listener, Uri Address) Start(Action<HttpListenerContext> handle)
    {
        var (listener, address) = LocalListener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                _ = Task.Run(() => handle(context));
            }
        });
        return (listener, address);
    }

    private bool Handled(string host, HttpListenerContext context)
    {
        Requests.Enqueue((host, context.Request.HttpMethod, Uri.UnescapeDataString(context.Request.Url!.AbsolutePath), context.Request.Headers["Range"], context.Request.Headers["Authorization"]));
        return Fault?.Invoke(context) == true;
    }

    private void HubAsync(HttpListenerContext context)
    {
        if (Handled("hub", context))
        {
            return;
        }

        var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath);
        if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            Send(context, JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings = Files.Keys.Select(name => new { rfilename = name }) }));
            return;
        }

        var file = path[(path.LastIndexOf(Commit, StringComparison.Ordinal) + 41)..];
        if (!Files.TryGetValue(file, out var content))
        {
            Answer(context, HttpStatusCode.NotFound, ("X-Error-Code", "EntryNotFound"));
            return;
        }

        context.Response.AddHeader("X-Repo-Commit", Commit);
        if (IsLarge(file))
        {
            Answer(context, HttpStatusCode.Redirect, ("X-Linked-Etag", $"\"{Checksum(file, content)}\""), ("X-Linked-Size", FormattableString.Invariant($"{content.Length}")), ("Location", $"{StorageEndpoint}store/{Uri.EscapeDataString(file)}"));
        }
        else
        {
            context.Response.AddHeader("ETag", $"W/\"{Checksum(file, content)}\"");
            Send(context, content);
        }
    }

    private void StorageAsync(HttpListenerContext context)
    {
        if (!Handled("storage", context))
        {
            Send(context, Files[Uri.UnescapeDataString(context.Request.Url!.AbsolutePath)["/store/".Length..]]);
        }
    }

    private static void Send(HttpListenerContext context, byte[] content)
    {
        var from = From(context);
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.AddHeader("Content-Range", FormattableString.Invariant($"bytes {from}-{content.Length - 1}/{content.Length}"));
        }

        context.Response.ContentLength64 = content.Length - from;
        if (context.Request.HttpMethod != "HEAD")
        {
            context.Response.OutputStream.Write(content, from, content.Length - from);
        }

        context.Response.Close();
    }
}
