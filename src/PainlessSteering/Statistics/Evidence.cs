namespace PainlessSteering.Statistics;

/// <summary>
/// The numbers that a verdict is made of, under the names of <see cref="Verdict"/>; Condition is what the way of answering asks besides.
/// Draws are the placebos one by one; over several seeds Placebos
/// holds their means.
/// </summary>
internal sealed record Evidence(
    SelectionOutcome Selection,
    double Effect,
    Interval Interval,
    double PHelps,
    double PHurts,
    double Alpha,
    IReadOnlyList<Placebo> Placebos,
    IReadOnlyList<Placebo> Draws,
    AnswerCondition Condition);
