using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>How the API says what the library says otherwise.</summary>
internal static class ApiNames
{
    private const double Least = -9999;

    /// <summary>Why an answer ended; the API knows no full context of its own.</summary>
    public static string Of(FinishReason reason) => reason == FinishReason.Stop ? "stop" : "length";

    /// <summary>A log-probability; that of nothing is minus infinity, which JSON cannot write.</summary>
    public static double Finite(double logProbability) => Math.Max(Least, logProbability);
}
