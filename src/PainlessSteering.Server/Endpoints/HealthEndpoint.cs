using Microsoft.AspNetCore.Http.HttpResults;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Endpoints;

/// <summary><c>/health</c>: the process answers and can generate. <c>/ready</c>: it takes requests, which it no longer does once it was told to stop.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (GenerationEngine engine) => Answer(engine.Works, "ok", "failed"));
        routes.MapGet("/ready", (GenerationEngine engine, IHostApplicationLifetime lifetime) =>
            Answer(engine.Works && !lifetime.ApplicationStopping.IsCancellationRequested, "ready", "not ready"));
    }

    private static ContentHttpResult Answer(bool well, string yes, string no) => TypedResults.Text(
        $$"""{"status":"{{(well ? yes : no)}}"}""", "application/json", statusCode: well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
