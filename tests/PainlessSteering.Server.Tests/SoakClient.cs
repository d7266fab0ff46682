using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Server;

/// <summary>
/// One client of the soak: asks questions whose answers are known, leaves in the middle of others, and sends what is no request at all.
/// Whatever comes back otherwise than it should is noted.
/// </summary>
/// <param name="http">Where the server is.</param>
/// <param name="key">The client's own API key.</param>
/// <param name="questions">Requests with their answers.</param>
/// <param name="seed">Decides what it does.</param>
internal sealed class SoakClient(HttpClient http, string key, IReadOnlyList<(JsonObject Request, string Answer)> questions, int seed)
{
    private static readonly (string Body, int Status)[] Malformed =
    [
        ("", 400), ("{", 400), ("[]", 400), ("null", 400), ("{\"model\":\"base\"}", 400), ("{\"model\":\"gpt-4o\",\"prompt\":\"a\"}", 404),
        ("{\"model\":\"base+nobody\",\"prompt\":\"a\"}", 404), ("{\"model\":\"base\",\"prompt\":{}}", 400), ("{\"model\":\"base\",\"prompt\":\"a\",\"max_tokens\":-1}", 400),
        ("{\"model\":\"base\",\"prompt\":\"a\",\"max_tokens\":100000}", 400), ("{\"model\":\"base+huge\",\"prompt\":\"a\"}", 400), ("\u0000\uFFFD", 400), (new string('[', 5000), 400),
    ];

    private readonly Random _random = new(seed);

    /// <summary>How often each outcome was seen.</summary>
    public Dictionary<string, int> Seen { get; } = [];

    /// <summary>What should not have been.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>How long each answer took, in seconds.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>Sends requests: as many as are asked for, and on until a time is over.</summary>
    public async Task RunAsync(int requests, TimeSpan least)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < requests || clock.Elapsed < least; i++)
        {
            await (_random.Next(20) switch
            {
                < 12 => AskAsync(),
                < 15 => LeaveAsync(),
                < 18 => SendMalformedAsync(),
                18 => SendTooMuchAsync(),
                _ => SendWithoutKeyAsync(),
            });
        }
    }

    private async Task AskAsync()
    {
        var (request, expected) = questions[_random.Next(questions.Count)];
        var stream = _random.Next(2) == 0;
        for (var tries = 0; ; tries++)
        {
            var clock = Stopwatch.StartNew();
            using var response = await SendAsync(Body(request, stream));
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null && tries < 100)
            {
                Note("503");
                await Task.Delay(20 + _random.Next(50));
                continue;
            }

            Note("answered");
            Seconds.Add(clock.Elapsed.TotalSeconds);
            var answer = response.StatusCode != HttpStatusCode.OK ? $"{response.StatusCode}: {text}" : stream ? Joined(text) : Text(JsonNode.Parse(text)!);
            if (answer != expected)
            {
                Wrong.Add($"{request.ToJsonString()}\n  expected {expected}\n  found    {answer}");
            }

            return;
        }
    }

    /// <summary>Leaves before the answer, in the middle of its stream, or with half of the request sent.</summary>
    private async Task LeaveAsync()
    {
        var (request, _) = questions[_random.Next(questions.Count)];
        using var leave = new CancellationTokenSource();
        try
        {
            leave.CancelAfter(_random.Next(60));
            using var response = await SendAsync(Body(request, stream: true), completion: HttpCompletionOption.ResponseHeadersRead, cancellation: leave.Token);
            if ((int)response.StatusCode is >= 500 and not 503)
            {
                Wrong.Add($"left: {response.StatusCode}");
            }

            await using var body = await response.Content.ReadAsStreamAsync(leave.Token);
            await body.ReadExactlyAsync(new byte[_random.Next(1, 2000)], leave.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EndOfStreamException or HttpRequestException or IOException)
        {
            // It left, or the answer was shorter.
        }

        Note("left");
    }

    private async Task SendMalformedAsync()
    {
        var (body, status) = Malformed[_random.Next(Malformed.Length)];
        await RefusedAsync(Content(body), status, key, "malformed");
    }

    private Task SendTooMuchAsync() => RefusedAsync(Content(new string(' ', 5 << 20)), 413, key, "too large");

    private Task SendWithoutKeyAsync() => RefusedAsync(Content("{}"), 401, "not-a-key", "no key");

    private async Task RefusedAsync(HttpContent content, int status, string bearer, string kind)
    {
        try
        {
            using var response = await SendAsync(content, bearer);
            var text = await response.Content.ReadAsStringAsync();
            if ((int)response.StatusCode is var found && found != status && found != 503 || JsonNode.Parse(text)?["error"]?["message"] is null)
            {
                Wrong.Add($"{kind}: expected {status}, found {response.StatusCode} {text}");
            }
        }
        catch (HttpRequestException) when (status == 413)
        {
            // The server answered and closed while the body was still being sent.
        }

        Note(kind);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpContent content, string? bearer = null, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, CancellationToken cancellation = default)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer ?? key);
        return http.SendAsync(message, completion, cancellation);
    }

    private static StringContent Content(string body) => new(body, Encoding.UTF8, "application/json");

    private static StringContent Body(JsonObject request, bool stream)
    {
        var body = request.DeepClone().AsObject();
        body["stream"] = stream;
        return Content(body.ToJsonString());
    }

    /// <summary>The text of an answer.</summary>
    public static string Text(JsonNode answer) => (string)answer["choices"]![0]!["text"]!;

    private static string Joined(string events)
    {
        string[] lines = events.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return lines[^1] == "data: [DONE]" ? string.Concat(lines[..^1].Select(line => Text(JsonNode.Parse(line[6..])!))) : $"cut off: {events}";
        }
        catch (JsonException)
        {
            return $"not JSON: {events}";
        }
    }

    private void Note(string outcome) => Seen[outcome] = Seen.GetValueOrDefault(outcome) + 1;
}
