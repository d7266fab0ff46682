using System.Text.Json;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>A vector file for the model of a <see cref="TinyModelFolder"/>.</summary>
internal static class TinyVector
{
    public static string Write(TinyModelFolder folder, double strength = 2, JsonElement? evaluation = null, string? fingerprint = null)
    {
        using var checkpoint = ModelSource.Open(folder.Path).Weights;
        var random = new Random(3);
        var values = Enumerable.Range(0, 24).Select(_ => (float)((random.NextDouble() - 0.5) * 4)).ToArray();
        var provenance = new SteeringProvenance("tiny", fingerprint ?? checkpoint.Fingerprint, "iPASwo", "sound", 1, "quiz.csv", "sha256:d", 6, 2, 2, evaluation);
        var path = folder.File("vector.safetensors");
        SafetensorsFormat.Write(path, new SteeringVector(values, SteeringSite.Residual, 1, strength, TokenRule.Last, provenance));
        return path;
    }
}
