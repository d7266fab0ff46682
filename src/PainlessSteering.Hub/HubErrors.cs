using System.Net;

namespace PainlessSteering.Hub;

/// <summary>What the hub's refusals mean, in words.</summary>
internal static class HubErrors
{
    public static PasException Of(HttpResponseMessage response, HubRepository repository, string what, HubSettings settings)
    {
        var page = new Uri(settings.Endpoint, repository.Page);
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.First() : null;
        var login = settings.Token is null ? "set HF_TOKEN to a token from https://huggingface.co/settings/tokens" : "see that the token in HF_TOKEN may read it";
        return (response.StatusCode, code) switch
        {
            (HttpStatusCode.Unauthorized, "RepoNotFound") => new("there is no such repository, or it is private", repository.Name, remedy: $"check the name, and {login}") { Code = ErrorCodes.Unavailable },
            (HttpStatusCode.Unauthorized, _) => new("the hub asks who you are: the repository is private, gated or does not exist", repository.Name, remedy: $"check the name, and {login}") { Code = ErrorCodes.Unavailable },
            (HttpStatusCode.Forbidden, _) => new("the hub refuses access", repository.Name, remedy: $"accept the conditions at {page}, and {login}") { Code = ErrorCodes.Unavailable },
            (HttpStatusCode.NotFound, "RevisionNotFound") => new("there is no such revision", what, remedy: $"see {page}/commits") { Code = ErrorCodes.Unavailable },
            (HttpStatusCode.NotFound, _) => new("the hub does not have it", what, remedy: $"check the name and the revision at {page}") { Code = ErrorCodes.Unavailable },
            _ => new(Answer(response), what, remedy: HubWait.Asked(response) is { TotalSeconds: >= 1 and var seconds } ? FormattableString.Invariant($"try again in {Math.Ceiling(seconds)} s, which the hub asks for") : "try again later") { Code = ErrorCodes.Unavailable },
        };
    }

    /// <summary>What the hub answers, in words.</summary>
    public static string Answer(HttpResponseMessage response) => $"the hub answers {(int)response.StatusCode} {response.ReasonPhrase}";

    /// <summary>What went wrong on the way, in words.</summary>
    public static string Cause(Exception cause, HubSettings settings) => cause is OperationCanceledException
        ? FormattableString.Invariant($"no answer within {settings.Patience.TotalSeconds} s")
        : UrlCredentials.Hidden(cause.InnerException?.Message ?? cause.Message); // It may name a proxy's address.

    public static PasException Unreachable(Exception cause, HubSettings settings) =>
        new("the hub cannot be reached", settings.Endpoint.ToString(), found: Cause(cause, settings), remedy: "check the network, or work with what is in the cache (HF_HUB_OFFLINE=1)", inner: cause) { Code = ErrorCodes.Unavailable };
}
