namespace PainlessSteering.Evaluation;

/// <summary>Share of predictions that are right.</summary>
internal static class Accuracy
{
    public static double Of(IReadOnlyList<int> predictions, IReadOnlyList<int> right) =>
        predictions.Zip(right, (prediction, answer) => prediction == answer ? 1 : 0).Sum() / (double)right.Count;
}
