namespace PainlessSteering.Server.Errors;

/// <summary>An error as the OpenAI API tells it: a status and <c>{"error": {message, type, param, code}}</c>.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="error">The body.</param>
/// <param name="retryAfter">Seconds after which to try again; null where that would not help.</param>
internal sealed class ApiException(int status, ApiError error, int? retryAfter = null) : Exception(error.Message)
{
    public int Status => status;

    public ApiError Error => error;

    public int? RetryAfter => retryAfter;

    /// <summary>400: the request is not one that can be answered.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="param">The way to the field, e.g. <c>messages[0].role</c>.</param>
    /// <param name="code">For programs.</param>
    public static ApiException Invalid(string message, string? param = null, string? code = null) =>
        new(StatusCodes.Status400BadRequest, ApiError.Request(message, param, code));

    /// <summary>400: the libraries refuse what the request asks for.</summary>
    /// <param name="error">Their reason.</param>
    /// <param name="field">The way to the field; null for that of the setting at fault.</param>
    public static ApiException Of(PasException error, string? field = null) =>
        Invalid(error.Named(FieldNames.Of).Message, field ?? (error.Setting is { } setting ? FieldNames.Of(setting) : null), error.Code);

    /// <summary>400: a known field asks for what this server does not do, so that leaving it out would change the answer.</summary>
    public static ApiException Unsupported(string field, string instead) =>
        Invalid($"'{field}' is not supported by this server: {instead}", field, "unsupported_parameter");

    /// <summary>404: there is no such model.</summary>
    public static ApiException NoModel(string message) =>
        new(StatusCodes.Status404NotFound, ApiError.Request(message, "model", "model_not_found"));

    /// <summary>413: the body is too large.</summary>
    public static ApiException TooLarge(long? limit = null) => new(StatusCodes.Status413PayloadTooLarge, ApiError.TooLarge(limit));

    /// <summary>503: as many requests wait as may.</summary>
    public static ApiException Busy(string message) =>
        new(StatusCodes.Status503ServiceUnavailable, new ApiError(message, "server_error", null, "server_overloaded"), retryAfter: 1);
}
