namespace PainlessSteering.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Confidence level, e.g. 0.95.</param>
public sealed record Interval(double Low, double High, double Level);
