using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine;

/// <summary>
/// What a direction of the residual stream would do to the next token if it went straight to the output (the "logit lens",
/// nostalgebraist 2020): W (g ⊙ v), where W is the LM head, g the weight of the final norm and v the direction. The norm's division
/// by the size of the stream, one positive factor, and all blocks in between are left out. Reads two weights of a model folder.
/// </summary>
public sealed class LogitLens : IDisposable
{
    private readonly ModelWeights _weights;
    private readonly Tensor _normScale;  // [hidden size]
    private readonly Tensor _head;       // [vocabulary, hidden size]

    private LogitLens(ModelConfig config, WeightSource source)
    {
        Config = config;
        Fingerprint = source.Fingerprint;
        _weights = source.Taken;
        try
        {
            _normScale = config.FinalNorm.Load(source, config.FinalNorm.Name, config.HiddenSize).Scale().DetachFromDisposeScope();
            _head = source.Take($"{(config.TiedEmbeddings ? config.Names.Embedding : config.Names.Head)}.weight", config.VocabularySize, config.HiddenSize);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Shapes and flags of the model.</summary>
    public ModelConfig Config { get; }

    /// <summary>Identifies the model's weights; see <see cref="Checkpoint.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads the two weights of a model.</summary>
    /// <param name="source">What the model is read from.</param>
    /// <param name="adapter">Folder of a LoRA adapter in PEFT's layout that belongs to the model; or null.</param>
    /// <exception cref="PasException">A file or key is missing, damaged, of the wrong shape or not supported.</exception>
    public static LogitLens Load(IModelSource source, string? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var adapted = AdaptedCheckpoint.Of(source, adapter);
        var config = StoredConfig.Apply(source.Config, adapted ?? source.Weights);
        return new LogitLens(config, new CheckpointWeights(adapted ?? source.Weights, config.Names.Prefix, CPU, ScalarType.Float32));
    }

    /// <summary>The change of every token's logit, up to one positive factor: [vocabulary].</summary>
    /// <param name="direction">[hidden size]</param>
    public float[] Read(ReadOnlySpan<float> direction)
    {
        using var scope = NewDisposeScope();
        return mv(_head, _normScale * tensor(direction.ToArray())).data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _normScale?.Dispose();
        _weights.Dispose();
    }
}
