using Microsoft.AspNetCore.Connections;

namespace PainlessSteering.Server.Errors;

/// <summary>Answers every failure with an error object and its status.</summary>
internal sealed class ErrorResponses(RequestDelegate next, ErrorTranslator errors)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (IsCallerGone(exception, context))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // Nobody reads it, but logs and metrics do.
            }

            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, errors.Translate(exception));
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            await WriteAsync(context, new ApiException(context.Response.StatusCode, ApiError.OfStatus(context.Response.StatusCode, context.Request)));
        }
    }

    /// <summary>Whether the connection ended; a read may tell it before the request does.</summary>
    private static bool IsCallerGone(Exception exception, HttpContext context) => exception switch
    {
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => true,
        OperationCanceledException or IOException => exception is ConnectionResetException || exception.InnerException is ConnectionAbortedException or ConnectionResetException,
        _ => false,
    };

    /// <summary>Writes an error that ends the request.</summary>
    public static Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        if (error.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return context.Response.WriteAsync(error.Error.ToJson(), context.RequestAborted);
    }
}
