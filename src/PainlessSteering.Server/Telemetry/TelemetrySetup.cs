using System.Collections;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PainlessSteering.Server.Telemetry;

/// <summary>
/// Where metrics and traces go: metrics to <c>/metrics</c> for Prometheus, both to a collector where OTEL_EXPORTER_OTLP_ENDPOINT names one. All variables
/// of OpenTelemetry count.
/// </summary>
internal static class TelemetrySetup
{
    private const string Prefix = "OTEL_", Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Add(new MemoryConfigurationSource { InitialData = Variables() });
        var collected = builder.Configuration[Collector] is { Length: > 0 };
        var services = builder.Services;
        services.AddMetrics();
        services.AddSingleton<ServerTelemetry>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => OpenTelemetry.Resources.ResourceBuilderExtensions.AddService(resource, "pas"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ServerTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime");
                metrics.AddPrometheusExporter();
                if (collected)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                traces.AddSource(ServerTelemetry.Name).AddAspNetCoreInstrumentation();
                if (collected)
                {
                    traces.AddOtlpExporter();
                }
            });
    }

    private static IEnumerable<KeyValuePair<string, string?>> Variables() =>
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        where ((string)variable.Key).StartsWith(Prefix, StringComparison.Ordinal)
        select KeyValuePair.Create((string)variable.Key, (string?)variable.Value);
}
