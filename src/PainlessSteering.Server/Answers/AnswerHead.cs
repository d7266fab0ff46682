
using PainlessSteering.Engine;

namespace PainlessSteering.Server.Answers;

/// <summary>What stands at the top of an answer and of each of its pieces.</summary>
/// <param name="Id">Of the answer.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">As the request names it.</param>
/// <param name="Fingerprint">Identifies the weights.</param>
internal sealed record AnswerHead(string Id, long Created, string Model, string Fingerprint)
{
    /// <summary>The head of a new answer.</summary>
    /// <param name="prefix">Kind of the answer, as the API marks it.</param>
    /// <param name="name">Name of the model in the request.</param>
    /// <param name="model">The model.</param>
    public static AnswerHead New(string prefix, string name, CausalLM model) =>
        new($"{prefix}-{Guid.NewGuid():N}", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), name, $"fp_{model.Fingerprint[Math.Max(0, model.Fingerprint.Length - 12)..]}");
}
