using PainlessSteering.Engine.Generation;
using PainlessSteering.Server.Access;
using PainlessSteering.Server.Answers;
using PainlessSteering.Server.Requests;

namespace PainlessSteering.Server.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", AnswerAsync).RequireRateLimiting(RateLimits.Policy);

    private static async Task<IResult> AnswerAsync(HttpContext context, AnswerDesk desk)
    {
        var request = await desk.ReadAsync(context.Request, ChatRequest.Read);
        var (common, model) = (request.Common, desk.Model);
        var vectors = model.Vectors(common);
        var (prompt, unread) = model.Encode(request, context.RequestAborted);
        IgnoredHeader.Add(context.Response, unread);
        var options = new GenerationOptions
        {
            MaxTokens = model.Room(prompt, request.MaxTokens, "messages"),
            Sampling = common.Sampling,
            Steering = vectors,
            StopStrings = [.. common.Stop, .. model.Chat.StopStrings],
            TrimStart = model.Chat.LeavesBlank,
            LogProbabilities = request.LogProbabilities,
        };
        var pieces = await desk.StartAsync([.. AnswerJob.Several(prompt, options, common.Choices)], "chat", vectors, prompt.Count, context.RequestAborted);
        var writer = new ChatWriter(AnswerHead.New("chatcmpl", common.Model, model.Model), desk.Texts, common.Choices, prompt.Count, common.IncludeUsage);
        return common.Stream ? desk.Stream(writer.ChunksAsync(pieces)) : ApiJson.Result(await writer.WholeAsync(pieces));
    }
}
