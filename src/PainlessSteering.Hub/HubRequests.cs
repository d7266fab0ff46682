using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PainlessSteering.Hub;

/// <summary>Sends requests to the hub: with the token, or the name and password of its address, to the hub alone, through its redirects, again where it is worth while.</summary>
internal sealed class HubRequests : IDisposable
{
    private const int MostRedirects = 10;
    private const int LongestAnswer = 64 << 20;

    private readonly HubSettings _settings;
    private readonly AuthenticationHeaderValue? _login;
    private readonly HttpClient _client;

    public HubRequests(HubSettings settings)
    {
        _settings = settings;
        _login = settings.Endpoint.UserInfo is { Length: > 0 } login ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(login))))
            : settings.Token is { } token ? new("Bearer", token) : null;

        // Redirects are followed here, since the handler would send the token along to other hosts' storage.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(30) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("painless", typeof(HubRequests).Assembly.GetName().Version?.ToString()));
        _client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity"); // Sizes and ranges are those of the file.
    }

    /// <summary>Sends until a whole answer comes that is not worth asking again for: success, or a refusal as an error.</summary>
    /// <param name="method">HEAD or GET.</param>
    /// <param name="path">Below the endpoint.</param>
    /// <param name="repository">For messages.</param>
    /// <param name="what">For messages.</param>
    /// <param name="progress">Told of waits.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">The hub refuses, does not answer, or answers nonsense.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HubRepository repository, string what, HubProgressSum progress, CancellationToken cancellation)
    {
        var wait = new HubWait(_settings, progress);
        while (true)
        {
            HttpResponseMessage? response = null;
            Exception? failure = null;
            try
            {
                response = await SendOnceAsync(method, path, from: null, cancellation);
                if (response.IsSuccessStatusCode || IsStorage(response))
                {
                    await LoadAsync(response, cancellation);
                    return response;
                }
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                response?.Dispose();
                throw new PasException("the hub's answer is too long", what, FormattableString.Invariant($"at most {LongestAnswer >> 20} MiB"), remedy: "check HF_ENDPOINT", inner: exception) { Code = ErrorCodes.Unavailable };
            }
            catch (Exception exception) when (IsPassing(exception, cancellation))
            {
                response?.Dispose(); // Its body broke off.
                (response, failure) = (null, exception);
            }

            using (response)
            {
                if ((response is not null && !IsPassing(response)) || !wait.Another(response))
                {
                    throw response is not null ? HubErrors.Of(response, repository, what, _settings) : HubErrors.Unreachable(failure!, _settings);
                }

                await wait.Async(response, failure, cancellation);
            }
        }
    }

    /// <summary>Sends one request through its redirects. A HEAD stops at the redirect to the storage, which carries the file's checksum.</summary>
    /// <param name="method">HEAD or GET.</param>
    /// <param name="path">Below the endpoint.</param>
    /// <param name="from">First byte that is wanted; null for all.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string path, long? from, CancellationToken cancellation)
    {
        var address = new Uri(_settings.Endpoint, path);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Range = from is { } first ? new RangeHeaderValue(first, null) : null;
            request.Headers.Authorization = IsHub(address) ? _login : null;

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_settings.Patience);
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || (method == HttpMethod.Head && IsStorage(response)))
            {
                return response;
            }

            using (response)
            {
                var next = response.Headers.Location is { } location ? new Uri(address, location) : null;
                if (next is null || (next.Scheme != "https" && next.Scheme != address.Scheme))
                {
                    throw new PasException("the hub redirects to where it is not safe to follow", Shown(address), "an address that is as secure", next is null ? "none" : Shown(next)) { Code = ErrorCodes.Unavailable };
                }

                address = next;
            }
        }

        throw new PasException("the hub redirects in a circle", Shown(address), FormattableString.Invariant($"at most {MostRedirects} redirects")) { Code = ErrorCodes.Unavailable };
    }

    /// <summary>Whether another request may succeed where this one failed.</summary>
    public static bool IsPassing(HttpResponseMessage response) => (int)response.StatusCode is 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>Whether a failure is the network's.</summary>
    public static bool IsPassing(Exception exception, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && exception is (HttpRequestException or IOException or OperationCanceledException);

    public void Dispose() => _client.Dispose();

    private async Task LoadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_settings.Patience);
        await response.Content.LoadIntoBufferAsync(LongestAnswer, patience.Token);
    }

    private static bool IsStorage(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400 && response.Headers.Contains("X-Linked-Etag");

    /// <summary>An address without its query, which may be a signature that opens a file to everyone.</summary>
    private static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path);

    private bool IsHub(Uri address) => address.Scheme == _settings.Endpoint.Scheme && address.Authority == _settings.Endpoint.Authority;
}
