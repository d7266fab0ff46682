using static System.FormattableString;

namespace PainlessSteering.Hub;

/// <summary>The waits between repetitions of one request: doubling, or as long as the hub asks, within limits; each is told.</summary>
internal sealed class HubWait(HubSettings settings, HubProgressSum progress)
{
    private int _attempts = 1;

    /// <summary>How long an answer asks to wait; null where it does not.</summary>
    public static TimeSpan? Asked(HttpResponseMessage? response) => response?.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;

    /// <summary>Whether it may be tried again: not too often, and not where the hub asks for more patience than a program should have.</summary>
    public bool Another(HttpResponseMessage? response) => _attempts < settings.Attempts && !(Asked(response) > settings.LongestWait);

    /// <summary>Something arrived: the count begins anew.</summary>
    public void Reset() => _attempts = 1;

    /// <summary>Waits.</summary>
    /// <param name="response">What was answered; null where nothing was.</param>
    /// <param name="failure">What went wrong, where nothing was answered.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task Async(HttpResponseMessage? response, Exception? failure, CancellationToken cancellation)
    {
        var own = settings.FirstWait * Math.Pow(2, _attempts - 1);
        var wait = Asked(response) is { } asked && asked > own ? asked : own;
        _attempts++;
        var reason = response is { IsSuccessStatusCode: false } ? HubErrors.Answer(response) : failure is null ? "the answer broke off" : HubErrors.Cause(failure, settings);
        progress.Pause(Invariant($"{reason}; attempt {_attempts} of {settings.Attempts} in {wait.TotalSeconds:0.#} s"));
        return Task.Delay(wait, cancellation);
    }
}
