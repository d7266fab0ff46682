using PainlessSteering.Server.Endpoints;

namespace PainlessSteering.Server.Access;

/// <summary>Tells of what stands behind the question mark of an address, which nothing reads.</summary>
internal sealed class UnreadQuery(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.HasValue)
        {
            IgnoredHeader.Add(context.Response, [.. context.Request.Query.Keys.Take(20).Select(key => $"?{key}")]);
        }

        return next(context);
    }
}
