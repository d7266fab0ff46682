using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Chat;

/// <summary>
/// A model behind <see cref="IChatClient"/>, steered by vectors. Safe for concurrent use: requests share one <see cref="GenerationEngine"/>,
/// which is not disposed with it. Understands text messages, calls of functions and their results, tools where the chat template has a place for
/// them (the model's own calls are in the text as it writes them), instructions, temperature, top-p, top-k, seed, stop sequences and the most
/// output tokens; what would change the answer and cannot be followed is refused. <see cref="SteeringKey"/> in <see cref="ChatOptions.AdditionalProperties"/> steers a single request.
/// </summary>
/// <param name="engine">Writes the answers.</param>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="prompt">How the model wants a chat written.</param>
/// <param name="defaults">Length, sampling and vectors where a request does not say; greedy and unsteered if null.</param>
/// <param name="modelId">The model's name in responses.</param>
public sealed class SteeredChatClient(GenerationEngine engine, Tokenizer tokenizer, ChatPrompt prompt, GenerationOptions? defaults = null, string? modelId = null) : IChatClient
{
    /// <summary>Key of an <c>IReadOnlyList&lt;ISteering&gt;</c>, such as a list of <see cref="Vectors.AppliedVector"/>, that takes the place of the default vectors; an empty one does not steer.</summary>
    public const string SteeringKey = "steering";

    private readonly GenerationOptions _defaults = defaults ?? new GenerationOptions();

    /// <inheritdoc/>
    /// <exception cref="PasException">The messages or options do not fit the model.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PasException">The messages or options do not fit the model.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var chat = options?.Instructions is { Length: > 0 } instructions ? messages.Prepend(new ChatMessage(ChatRole.System, instructions)) : messages;
        UnsupportedOptions.Refuse(options);
        var tokens = tokenizer.Encode(prompt.Render(new ChatTemplateInput([.. chat.SelectMany(MessageJson.Of)]) { Tools = Tools(options) }, cancellationToken), prompt.AddSpecialTokens);
        var (id, written) = (Guid.NewGuid().ToString("N"), 0);
        await foreach (var piece in engine.StreamAsync(tokens, Asked(options), cancellationToken).ConfigureAwait(false))
        {
            written += piece.Tokens.Count;
            var update = new ChatResponseUpdate(ChatRole.Assistant, piece.Text) { ResponseId = id, MessageId = id, ModelId = modelId, FinishReason = Reason(piece.Finish) };
            if (piece.Finish is not null)
            {
                update.Contents.Add(new UsageContent(new UsageDetails { InputTokenCount = tokens.Length, OutputTokenCount = written, TotalTokenCount = tokens.Length + written }));
            }

            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("painless", defaultModelId: modelId)
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(engine) ? engine
            : null;
    }

    /// <summary>Does nothing: the engine is its maker's.</summary>
    public void Dispose()
    {
    }

    private GenerationOptions Asked(ChatOptions? options) => _defaults with
    {
        MaxTokens = options?.MaxOutputTokens ?? _defaults.MaxTokens,
        StopStrings = [.. (IEnumerable<string>?)options?.StopSequences ?? _defaults.StopStrings, .. prompt.StopStrings],
        TrimStart = prompt.LeavesBlank,
        Steering = options?.AdditionalProperties?.TryGetValue(SteeringKey, out var asked) == true
            ? asked as IReadOnlyList<ISteering> ?? throw new PasException("the steering of the request is of another type", SteeringKey, "a list of AppliedVector", asked?.GetType().Name ?? "null") { Code = ErrorCodes.BadSetting }
            : _defaults.Steering,
        Sampling = _defaults.Sampling with
        {
            Temperature = options?.Temperature ?? _defaults.Sampling.Temperature,
            TopP = options?.TopP ?? _defaults.Sampling.TopP,
            TopK = options?.TopK ?? _defaults.Sampling.TopK,
            Seed = options?.Seed is { } seed ? seed.GetHashCode() : _defaults.Sampling.Seed,
        },
    };

    private JsonArray? Tools(ChatOptions? options) => options?.Tools is not { Count: > 0 } tools || options.ToolMode is NoneChatToolMode ? null
        : prompt.TakesTools ? new JsonArray([.. tools.Select(MessageJson.Of)])
        : throw new PasException("the model's chat template has no place for tools", "Tools", remedy: "leave them out") { Code = ErrorCodes.NotSupported };

    private static ChatFinishReason? Reason(FinishReason? finish) => finish switch
    {
        null => null,
        FinishReason.Stop => ChatFinishReason.Stop,
        _ => ChatFinishReason.Length,
    };
}
