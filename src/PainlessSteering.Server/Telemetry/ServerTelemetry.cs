using System.Diagnostics;
using System.Diagnostics.Metrics;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server.Answers;
using PainlessSteering.Server.Connections;
using PainlessSteering.Server.Vectors;
using PainlessSteering.Vectors;

namespace PainlessSteering.Server.Telemetry;

/// <summary>Metrics and traces of answers, by OpenTelemetry's names for generative models where there are such.</summary>
internal sealed class ServerTelemetry : IDisposable
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "PainlessSteering.Server";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120] };

    private readonly Meter _meter;
    private readonly Counter<long> _promptTokens, _generatedTokens, _cancelled;
    private readonly Histogram<double> _firstToken, _eachToken, _duration;

    public ServerTelemetry(IMeterFactory meters, GenerationEngine engine, VectorCatalogue catalogue, ConnectionSlots slots, BodyBudget bodies)
    {
        _meter = meters.Create(Name);
        _promptTokens = _meter.CreateCounter<long>("painless.tokens.prompt", "{token}", "Tokens of prompts.");
        _generatedTokens = _meter.CreateCounter<long>("painless.tokens.generated", "{token}", "Tokens of answers.");
        _cancelled = _meter.CreateCounter<long>("painless.answers.cancelled", "{request}", "Requests whose caller left before the end.");
        _firstToken = _meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From the request to its first token.", advice: Seconds);
        _eachToken = _meter.CreateHistogram("gen_ai.server.time_per_output_token", "s", "Between two tokens of an answer.", advice: Seconds);
        _duration = _meter.CreateHistogram("gen_ai.server.request.duration", "s", "From the request to the end of its answers.", advice: Seconds);
        _meter.CreateObservableGauge("painless.answers.running", () => engine.Running, "{answer}", "Answers that are being generated.");
        _meter.CreateObservableGauge("painless.answers.waiting", () => engine.Waiting, "{answer}", "Answers that wait for room.");
        _meter.CreateObservableGauge("painless.connections", () => slots.Open, "{connection}", "Connections that are open.");
        _meter.CreateObservableCounter("painless.connections.displaced", () => slots.Displaced, "{connection}", "Connections without a request that gave way to others.");
        _meter.CreateObservableCounter("painless.connections.refused", () => slots.Refused, "{connection}", "Connections for which there was no place.");
        _meter.CreateObservableGauge("painless.bodies", () => bodies.Taken, "By", "Bytes of the bodies of requests that are being answered.");
        _meter.CreateObservableGauge("painless.tensors", () => TorchSharp.torch.Tensor.TotalCount, "{tensor}", "Tensors alive: flat while nothing runs, else memory leaks.");
        _meter.CreateObservableGauge("painless.vectors.usable", () => catalogue.Files.Values.Count(file => file.Vector is not null), "{vector}", "Vectors that can be switched on.");
        _meter.CreateObservableGauge("painless.vectors.broken", () => catalogue.Files.Values.Count(file => file.Vector is null), "{file}", "Files of the vectors' folder that are no usable vector.");
    }

    /// <summary>Passes the pieces of a request's answers on and measures them.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="operation"><c>chat</c> or <c>text_completion</c>.</param>
    /// <param name="vectors">What steers.</param>
    /// <param name="promptTokens">Tokens of the prompts.</param>
    public async IAsyncEnumerable<AnswerPiece> Measured(
        IAsyncEnumerable<AnswerPiece> pieces, string operation, IReadOnlyList<AppliedVector> vectors, int promptTokens)
    {
        TagList tags = new() { { "gen_ai.operation.name", operation }, { "painless.vectors", vectors.Count } };
        var clock = Stopwatch.StartNew();
        var (tokens, first, ended) = (0, 0.0, false);
        using var activity = Activities.StartActivity(operation);
        _promptTokens.Add(promptTokens, tags);
        try
        {
            await foreach (var piece in pieces)
            {
                if (tokens == 0)
                {
                    first = clock.Elapsed.TotalSeconds;
                    _firstToken.Record(first, tags);
                }

                tokens += piece.Piece.Tokens.Count;
                yield return piece;
            }

            ended = true;
        }
        finally
        {
            var seconds = clock.Elapsed.TotalSeconds;
            _generatedTokens.Add(tokens, tags);
            _duration.Record(seconds, tags);
            if (tokens > 1)
            {
                _eachToken.Record((seconds - first) / (tokens - 1), tags);
            }

            if (!ended)
            {
                _cancelled.Add(1, tags);
                activity?.SetStatus(ActivityStatusCode.Error, "ended early");
            }

            activity?.SetTag("gen_ai.operation.name", operation)
                .SetTag("gen_ai.usage.input_tokens", promptTokens)
                .SetTag("gen_ai.usage.output_tokens", tokens)
                .SetTag("painless.vectors", vectors.Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
