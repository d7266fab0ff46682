using PainlessSteering.Engine.Generation;
using PainlessSteering.Server.Access;
using PainlessSteering.Server.Answers;
using PainlessSteering.Server.Requests;

namespace PainlessSteering.Server.Endpoints;

/// <summary><c>POST /v1/completions</c>.</summary>
internal static class CompletionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/completions", AnswerAsync).RequireRateLimiting(RateLimits.Policy);

    private static async Task<IResult> AnswerAsync(HttpContext context, AnswerDesk desk)
    {
        var request = await desk.ReadAsync(context.Request, CompletionRequest.Read);
        var (common, model) = (request.Common, desk.Model);
        var vectors = model.Vectors(common);
        var (jobs, beginnings, promptTokens) = (new List<AnswerJob>(), new List<string>(), 0);
        foreach (var prompt in request.Prompts)
        {
            var tokens = model.Encode(prompt);
            var options = new GenerationOptions
            {
                MaxTokens = model.Room(tokens, request.MaxTokens, prompt.Field),
                Sampling = common.Sampling,
                Steering = vectors,
                StopStrings = common.Stop,
                LogProbabilities = request.LogProbabilities,
            };
            jobs.AddRange(AnswerJob.Several(tokens, options, common.Choices));
            beginnings.AddRange(Enumerable.Repeat(request.Echo ? prompt.Text ?? model.Tokenizer.Decode([.. tokens]) : "", common.Choices));
            promptTokens += tokens.Count;
        }

        var pieces = await desk.StartAsync(jobs, "text_completion", vectors, promptTokens, context.RequestAborted);
        var writer = new CompletionWriter(AnswerHead.New("cmpl", common.Model, model.Model), desk.Texts, beginnings, promptTokens, common.IncludeUsage);
        return common.Stream ? desk.Stream(writer.ChunksAsync(pieces)) : ApiJson.Result(await writer.WholeAsync(pieces));
    }
}
