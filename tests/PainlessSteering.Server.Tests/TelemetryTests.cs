using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PainlessSteering.Tests.Server;

/// <summary>Metrics for Prometheus, and traces.</summary>
[Collection(ServerCollection.Name)]
public class TelemetryTests(SharedServer shared)
{
    [Fact]
    public async Task PrometheusSeesTokensAndTimes()
    {
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = shared.Vectors }, shared.Model);
        var tokens = 0;
        for (var i = 0; i < 3; i++)
        {
            tokens += (int)(await server.AskAsync("/v1/completions", new { model = "base+r1", prompt = "The", max_tokens = 8, temperature = 0 }))["usage"]!["completion_tokens"]!;
        }

        using var refused = await server.PostAsync("/v1/completions", "{}");
        var metrics = await server.Client.GetStringAsync("/metrics");
        Assert.Equal(tokens, Value(metrics, "painless_tokens_generated_total"));
        Assert.Equal(3, Value(metrics, "gen_ai_server_time_to_first_token_seconds_count"));
        Assert.Equal(3, Value(metrics, "gen_ai_server_request_duration_seconds_count"));
        Assert.Equal(0, Value(metrics, "painless_answers_running"));
        Assert.Equal(18, Value(metrics, "painless_vectors_usable"));
        Assert.Equal(1, Value(metrics, "painless_vectors_broken"));
        Assert.Matches("http_server_request_duration_seconds_count.*http_response_status_code=\"400\".*http_route=\"/v1/completions\"", metrics);
    }

    [Fact]
    public async Task ACollectorGetsBoth()
    {
        var (listener, address) = LocalListener.Start();
        using var collector = listener;
        await using var server = await ServerProcess.StartAsync(
            [("OTEL_EXPORTER_OTLP_ENDPOINT", address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "200")]);
        await server.Client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken);
        var sent = new HashSet<string>();
        while (sent.Count < 2)
        {
            var request = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.True(request.Request.ContentLength64 > 0);
            sent.Add(request.Request.RawUrl!);
            request.Response.Close();
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], sent.Order());
    }

    [Fact]
    public async Task AnAnswerIsATrace()
    {
        var seen = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PainlessSteering.Server",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (seen)
                {
                    seen.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await shared.Server.AskAsync("/v1/completions", new { model = "base+r1+r2", prompt = "A lirp", max_tokens = 7, temperature = 0 });
        lock (seen)
        {
            Assert.Contains(seen, activity => activity.OperationName == "text_completion"
                && (int?)activity.GetTagItem("painless.vectors") == 2
                && (int?)activity.GetTagItem("gen_ai.usage.input_tokens") == shared.Tokenizer.Encode("A lirp").Length
                && (int?)activity.GetTagItem("gen_ai.usage.output_tokens") is > 0 and <= 7);
        }
    }

    private static double Value(string metrics, string name)
    {
        var lines = Regex.Matches(metrics, $@"^{name}(\{{[^}}]*\}})? ([-+0-9.eE]+)", RegexOptions.Multiline);
        Assert.True(lines.Count > 0, $"{name} is not among\n{metrics}");
        return lines.Sum(line => double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture));
    }
}
