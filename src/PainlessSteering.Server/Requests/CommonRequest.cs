using System.Text.Json;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Vectors;

namespace PainlessSteering.Server.Requests;

/// <summary>What chats and completions ask for alike.</summary>
/// <param name="Model">Name of the model, vectors and all.</param>
/// <param name="Steering">The steering field: vectors in place of those of the name, none for off; null where it is absent.</param>
/// <param name="Sampling">How tokens are chosen.</param>
/// <param name="Stop">Texts before which the answer ends.</param>
/// <param name="Choices">How many answers to each prompt.</param>
/// <param name="Stream">Whether the answer comes in pieces.</param>
/// <param name="IncludeUsage">Whether a last piece tells the usage.</param>
internal sealed record CommonRequest(
    string Model,
    IReadOnlyList<VectorChoice>? Steering,
    SamplingOptions Sampling,
    IReadOnlyList<string> Stop,
    int Choices,
    bool Stream,
    bool IncludeUsage)
{
    /// <summary>Most answers to a request, over all its prompts.</summary>
    public const int MostChoices = 32;

    private const int MostStops = 16;
    private const int LongestStop = 10_000;

    public static CommonRequest Read(RequestField root)
    {
        RefuseUnsupported(root);
        var stream = root["stream"].Flag();
        var options = root["stream_options"];
        if (options.Exists && !stream)
        {
            throw ApiException.Invalid("'stream_options' is allowed only where 'stream' is true", "stream_options");
        }

        return new CommonRequest(
            root.Required("model").Text(),
            SteeringField.Read(root["steering"]),
            SamplingFields.Read(root),
            Stops(root["stop"]),
            root["n"].Number(1, MostChoices) ?? 1,
            stream,
            options.Exists && options["include_usage"].Flag());
    }

    private static IReadOnlyList<string> Stops(RequestField field)
    {
        IReadOnlyList<string> stops = field switch
        {
            { Exists: false } => [],
            { Kind: JsonValueKind.Array } => [.. field.Items(MostStops).Select(stop => stop.Text())],
            _ => [field.Text()],
        };
        return stops.All(stop => stop.Length is > 0 and <= LongestStop) ? stops : throw field.Error($"a stop string is empty, or longer than {LongestStop} characters");
    }

    /// <summary>Fields whose neglect would change the answer.</summary>
    private static void RefuseUnsupported(RequestField root)
    {
        foreach (var penalty in new[] { "frequency_penalty", "presence_penalty" })
        {
            if (root[penalty].Real(-2, 2) is not (null or 0))
            {
                throw ApiException.Unsupported(penalty, "use 'repetition_penalty'");
            }
        }

        RefusedField.Refuse(root, RefusedField.Common);
    }
}
