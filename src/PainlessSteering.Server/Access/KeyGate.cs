using PainlessSteering.Server.Connections;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Server.Access;

/// <summary>Lets requests to the API and its metrics through that bring a key, and notes who asks.</summary>
internal sealed class KeyGate(RequestDelegate next, ApiKeys keys)
{
    private const string Scheme = "Bearer ";
    private static readonly object Caller = new();

    public Task InvokeAsync(HttpContext context)
    {
        var guarded = context.Request.Path.StartsWithSegments("/v1") || context.Request.Path.StartsWithSegments("/metrics");
        if (keys.Required && guarded)
        {
            context.Items[Caller] = Key(context) is { } key ? FormattableString.Invariant($"key {key}") : throw Refusal(context);
        }

        return next(context);
    }

    /// <summary>Who asks: the key's place in the list, or the address where there are no keys.</summary>
    public static string CallerOf(HttpContext context) =>
        context.Items[Caller] as string ?? AddressGroup.Of(context.Connection.RemoteIpAddress);

    private int? Key(HttpContext context) => context.Request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        ? keys.Find(header[Scheme.Length..].Trim())
        : null;

    private static ApiException Refusal(HttpContext context)
    {
        var message = context.Request.Headers.Authorization.Count == 0
            ? "no API key was given; send it as Authorization: Bearer KEY"
            : "the API key is not one of this server's";
        return new ApiException(StatusCodes.Status401Unauthorized, ApiError.Request(message, code: "invalid_api_key"));
    }
}
