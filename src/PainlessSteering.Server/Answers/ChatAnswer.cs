using System.Text.Json.Serialization;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>A <c>chat.completion</c>, or one <c>chat.completion.chunk</c> of a stream.</summary>
internal sealed record ChatAnswer(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage,
    string SystemFingerprint);

/// <summary>One answer, whole (<paramref name="Message"/>) or a piece of it (<paramref name="Delta"/>).</summary>
internal sealed record ChatChoice(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatMessage? Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ChatMessage? Delta,
    ChatLogProbabilities? Logprobs,
    string? FinishReason);

/// <summary>A message or a part of one.</summary>
internal sealed record ChatMessage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

/// <summary>The tokens of an answer with their log-probabilities.</summary>
internal sealed record ChatLogProbabilities(IReadOnlyList<ChatToken> Content, IReadOnlyList<ChatToken>? Refusal = null)
{
    /// <returns>Null where none were asked for.</returns>
    public static ChatLogProbabilities? Of(IReadOnlyList<TokenLogProbability>? tokens, TokenTexts texts) => tokens is null ? null : new([.. tokens.Select(token =>
        ChatToken.Of(token.Token, token.LogProbability, texts) with { TopLogprobs = [.. token.Top.Select(top => ChatToken.Of(top.Token, top.LogProbability, texts))] })]);
}

/// <summary>A token with its log-probability and, where it is part of the answer, the likeliest in its place.</summary>
internal sealed record ChatToken(
    string Token,
    double Logprob,
    IReadOnlyList<int> Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChatToken>? TopLogprobs)
{
    public static ChatToken Of(int token, double logProbability, TokenTexts texts) => new(texts.Of(token), ApiNames.Finite(logProbability), texts.Bytes(token), null);
}
