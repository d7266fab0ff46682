using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>One cell of a grid: a vector, where it is added and how strongly. Compared by identity.</summary>
internal sealed class Candidate(SteeringSite site, int layer, Tensor vector, double strength)
{
    /// <summary>Where in the block.</summary>
    public SteeringSite Site { get; } = site;

    /// <summary>0-based block.</summary>
    public int Layer { get; } = layer;

    /// <summary>[hidden size] float32; owned by whoever made it.</summary>
    public Tensor Vector { get; } = vector;

    /// <summary>Factor of the vector.</summary>
    public double Strength { get; } = strength;

    /// <summary>What is added to an activation: [hidden size] float32, in the current dispose scope.</summary>
    public Tensor Addition()
    {
        using TorchSharp.Scalar strength = Strength;
        return Vector.mul(strength);
    }
}
