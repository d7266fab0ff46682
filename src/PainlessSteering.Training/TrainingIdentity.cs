using System.Security.Cryptography;
using System.Text;
using static System.FormattableString;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>Tells one training from another: what may differ without making it another one is left out.</summary>
internal static class TrainingIdentity
{
    /// <summary>Of a training that may go on with another learning rate.</summary>
    /// <param name="model">Fingerprint of the model.</param>
    /// <param name="type">What it computes in.</param>
    /// <param name="data">Fingerprint of the data.</param>
    /// <param name="options">All options.</param>
    public static string Of(string model, ScalarType type, string data, SftOptions options)
    {
        // With a budget of memory the threads share it, so that their number decides what a batch holds.
        var engine = options.Engine.Memory is null ? options.Engine with { Threads = 0 } : options.Engine;
        var rest = options with { Engine = engine, SaveEvery = default, LearningRate = 0, BaseModel = null, Targets = [], Layers = null };
        return Invariant($"{model} {type} {data} {rest} {string.Join(',', options.Targets)} {string.Join(',', options.Layers ?? [])}");
    }

    /// <summary>Of a training that is finished, learning rate and all: 64 hexadecimal digits.</summary>
    public static string Finished(string identity, SftOptions options) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Invariant($"{identity} {options.LearningRate:R}"))));
}
