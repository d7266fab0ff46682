using System.Text.Json;

namespace PainlessSteering.Server.Errors;

/// <summary>The error object of the OpenAI API.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">The kind, e.g. <c>invalid_request_error</c>.</param>
/// <param name="Param">The way to the field that is wrong.</param>
/// <param name="Code">For programs.</param>
internal sealed record ApiError(string Message, string Type, string? Param, string? Code)
{
    /// <summary>An error of the caller.</summary>
    public static ApiError Request(string message, string? param = null, string? code = null) => new(message, "invalid_request_error", param, code);

    /// <summary>The body of a request is too large; the framework's own refusals do not tell the limit.</summary>
    public static ApiError TooLarge(long? limit = null) =>
        Request(limit is null ? "the request body is too large" : FormattableString.Invariant($"the request body is larger than {limit} bytes"), code: "request_too_large");

    /// <summary>The whole body.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { Error = this }, ApiJson.Options);

    /// <summary>The error of a status that the framework chose.</summary>
    public static ApiError OfStatus(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => Request($"unknown request URL: {request.Method} {request.Path}", code: "unknown_url"),
        StatusCodes.Status405MethodNotAllowed => Request($"{request.Method} is not allowed for {request.Path}", code: "method_not_allowed"),
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        >= 500 => new("the server failed to answer", "server_error", null, null),
        _ => Request("the request cannot be answered"),
    };
}
