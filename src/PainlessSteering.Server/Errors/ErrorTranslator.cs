using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Errors;

/// <summary>What a caller is told of an exception. A bug is logged, and told without details.</summary>
/// <param name="lifetime">Whether the server stops.</param>
/// <param name="paths">What a caller is not told.</param>
/// <param name="log">Told of bugs.</param>
internal sealed partial class ErrorTranslator(IHostApplicationLifetime lifetime, ServerPaths paths, ILogger<ErrorTranslator> log)
{
    /// <summary>The error to answer with.</summary>
    public ApiException Translate(Exception exception)
    {
        switch (exception)
        {
            case ApiException error:
                return error;
            case QueueFullException error:
                return ApiException.Busy(error.Message);
            case ObjectDisposedException or OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return ApiException.Busy("the server stops");
            case PasException { Code: ErrorCodes.FileDamaged or ErrorCodes.FileMissing or ErrorCodes.FileAccess }:
                LogFailure(exception); // No request names a file: it is one of the model's, and where it lies is not the caller's business.
                return new ApiException(StatusCodes.Status503ServiceUnavailable, new ApiError("a file of the model is no longer what it was when the server started; its log says more", "server_error", null, ErrorCodes.FileDamaged));
            case PasException error:
                return ApiException.Of(paths.Hide(error));
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiException.TooLarge();
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return new ApiException(StatusCodes.Status408RequestTimeout, ApiError.Request(FormattableString.Invariant($"the request body comes too slowly; expected at least {ServerOptions.SlowestBody} bytes a second"), code: "request_timeout"));
            case BadHttpRequestException error:
                return new ApiException(error.StatusCode, ApiError.Request(error.Message));
            default:
                LogFailure(exception);
                return new ApiException(StatusCodes.Status500InternalServerError, new ApiError("the server failed to answer; its log says why", "server_error", null, "internal_error"));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a request failed")]
    private partial void LogFailure(Exception exception);
}
