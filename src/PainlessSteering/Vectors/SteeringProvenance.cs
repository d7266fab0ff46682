using System.Text.Json;

namespace PainlessSteering.Vectors;

/// <summary>Where a steering vector comes from and how it did: all that is needed to trust it, or to make it again.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="WeightsFingerprint">Identifies the weights; see <see cref="Engine.Sources.Checkpoint.Fingerprint"/>.</param>
/// <param name="Method">Name of the method, e.g. <c>iPASwo</c>.</param>
/// <param name="Protocol"><c>sound</c> or <c>paper</c>.</param>
/// <param name="Seed">Seed of split and choice order.</param>
/// <param name="Data">Name of the data.</param>
/// <param name="DataFingerprint">Identifies the items.</param>
/// <param name="TrainSize">Items that the vector was made from.</param>
/// <param name="ValidationSize">Items that layer, strength and method were selected on.</param>
/// <param name="TestSize">Items of the final test.</param>
/// <param name="Evaluation">Validation grid, test result and verdict as one JSON object, kept as the evaluation wrote it; null before an evaluation.</param>
public sealed record SteeringProvenance(
    string Model,
    string WeightsFingerprint,
    string Method,
    string Protocol,
    long Seed,
    string Data,
    string DataFingerprint,
    int TrainSize,
    int ValidationSize,
    int TestSize,
    JsonElement? Evaluation = null);
