using PainlessSteering.Engine.Generation;
using PainlessSteering.Server.Answers;
using PainlessSteering.Server.Connections;
using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Requests;
using PainlessSteering.Server.Telemetry;
using PainlessSteering.Vectors;

namespace PainlessSteering.Server.Endpoints;

/// <summary>What the endpoints that generate do alike.</summary>
/// <param name="options">Limits.</param>
/// <param name="bodies">Room for bodies.</param>
/// <param name="model">The model.</param>
/// <param name="engine">Generates.</param>
/// <param name="telemetry">Measures.</param>
/// <param name="errors">Says what went wrong.</param>
internal sealed class AnswerDesk(ServerOptions options, BodyBudget bodies, ServedModel model, GenerationEngine engine, ServerTelemetry telemetry, ErrorTranslator errors)
{
    public ServedModel Model => model;

    public TokenTexts Texts { get; } = new(model.Tokenizer);

    /// <summary>Reads a request's body, and tells in the answer's header what of it had no use.</summary>
    public async Task<T> ReadAsync<T>(HttpRequest request, Func<RequestField, T> read)
    {
        var (result, ignored) = RequestBody.Parse(await RequestBody.ReadAsync(request, options.MaxBodyBytes, bodies, request.HttpContext.RequestAborted), read);
        IgnoredHeader.Add(request.HttpContext.Response, ignored);
        return result;
    }

    /// <summary>Starts the answers; once this returns, the first piece is there.</summary>
    /// <exception cref="QueueFullException">There is no room in the queue.</exception>
    /// <exception cref="PasException">The model cannot be steered so.</exception>
    public Task<IAsyncEnumerable<AnswerPiece>> StartAsync(
        IReadOnlyList<AnswerJob> jobs, string operation, IReadOnlyList<AppliedVector> vectors, int promptTokens, CancellationToken cancellation) =>
        AnswerStream.BegunAsync(telemetry.Measured(AnswerStream.Start(engine, jobs, cancellation), operation, vectors, promptTokens));

    /// <summary>The documents as server-sent events.</summary>
    public IResult Stream<T>(IAsyncEnumerable<T> documents) => EventStream.Result(documents, errors.Translate);
}
