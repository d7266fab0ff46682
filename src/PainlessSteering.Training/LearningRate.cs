namespace PainlessSteering.Training;

/// <summary>A share of the full learning rate: grows evenly while warming up, then falls along half a cosine.</summary>
/// <param name="WarmUp">Steps of warm-up.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Floor">What is left of it at the end.</param>
internal sealed record LearningRate(int WarmUp, int Steps, double Floor = 0)
{
    /// <param name="step">0-based.</param>
    public double At(int step) => step < WarmUp
        ? (step + 1.0) / WarmUp
        : Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * (step - WarmUp) / Math.Max(1, Steps - WarmUp))));
}
