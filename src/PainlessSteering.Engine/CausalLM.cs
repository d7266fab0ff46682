using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine;

/// <summary>
/// A decoder-only language model: embeds, runs blocks, gives logits. Immutable after loading; forward passes may run on
/// several threads at once, each inside a dispose scope of its own.
/// </summary>
public sealed class CausalLM : IDisposable
{
    private readonly Linear _embedding; // [vocabulary, hidden size]
    private readonly Linear _head;      // the same shape
    private readonly ModelWeights _weights;
    private readonly INorm? _embeddingNorm;
    private readonly INorm _finalNorm;
    private readonly RotaryTables _rotary;
    private readonly IBlock[] _blocks;
    private readonly SoftCap? _logitCap;
    private readonly TorchSharp.Scalar? _logitFactor;
    private OpenedFile[] _files = []; // Those whose maps weights are views of.

    private CausalLM(ModelConfig config, WeightSource source)
    {
        Config = config;
        _logitCap = SoftCap.Of(config.LogitCap);
        _logitFactor = config.LogitFactor;
        Device = source.Device;
        DataType = source.DataType;
        Fingerprint = source.Fingerprint;
        WeightFormat = source.Format;
        _weights = source.Taken;
        _rotary = new RotaryTables(source.Device);
        try
        {
            _embedding = source.Embedding(config);
            _blocks = [.. config.Blocks.Select((block, layer) => block.Load(new PartSource(source, _rotary, config.Names.Block(layer), config.HiddenSize, layer)))];
            _embeddingNorm = config.EmbeddingNorm?.Load(source, config.EmbeddingNorm.Name, config.HiddenSize);
            _finalNorm = config.FinalNorm.Load(source, config.FinalNorm.Name, config.HiddenSize);
            _head = source.Head(config, _embedding);
            Linears = _weights.Maps;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Shapes and flags.</summary>
    public ModelConfig Config { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Type of weights and activations: float32 or bfloat16.</summary>
    public ScalarType DataType { get; }

    /// <summary>How the matrices are held in memory.</summary>
    public WeightFormat WeightFormat { get; }

    /// <summary>Identifies the weights; see <see cref="Checkpoint.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>
    /// Every weight by its name in the checkpoint, owned by the model and the one that it computes with: what is written to a weight
    /// counts from the next forward pass on. A weight that was asked for is no longer packed for the processor, so the model is
    /// slower until <see cref="FreezeWeights"/>. Quantised weights cannot be had. Not while forward passes run.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _weights;

    /// <summary>Memory that the weights take.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Says that tensors had from <see cref="Weights"/> are not used any more, so that they may be packed again.</summary>
    public void FreezeWeights() => _weights.Freeze();

    /// <summary>Bytes of an element of activations.</summary>
    internal int ElementSize => DataType == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>The linear maps by the names of their modules, for what trains adapters.</summary>
    internal IReadOnlyDictionary<string, Linear> Linears { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A folder in Hugging Face layout or a GGUF file; see <see cref="ModelSource.Open"/>.</param>
    /// <param name="options">Type, device and adapter; float32 on the CPU without one if null.</param>
    /// <exception cref="PasException">A file or key is missing, damaged, of the wrong shape or not supported.</exception>
    public static CausalLM Load(string path, LoadOptions? options = null)
    {
        using var source = ModelSource.Open(path);
        return Load(source, options);
    }

    /// <summary>Loads the model of a source, which is not needed any more then.</summary>
    /// <param name="source">What it is read from.</param>
    /// <param name="options">Type, device and adapter; float32 on the CPU without one if null.</param>
    /// <exception cref="PasException">A file or key is missing, damaged, of the wrong shape or not supported.</exception>
    public static CausalLM Load(IModelSource source, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new LoadOptions();
        using var adapted = AdaptedCheckpoint.Of(source, options.Adapter);
        var weights = adapted ?? source.Weights;
        var config = StoredConfig.Apply(source.Config, weights);
        MemoryNeed.Ensure(weights, config, options);
        var taken = new CheckpointWeights(weights, config.Names.Prefix, options.Device ?? CPU, options.DataType, options.Weights, options.Progress);
        var model = new CausalLM(config, taken);
        try
        {
            weights.EnsureUnchanged();
            model._files = taken.HasFileViews ? [.. weights.OpenFiles.Where(file => !file.IsSmall).Select(file => file.Share())] : [];
            LeftOutWeights.Check(weights, config);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model of the given shape with seeded random weights.</summary>
    public static CausalLM Random(ModelConfig config, long seed, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        options ??= new LoadOptions();
        using var weights = new RandomWeights(seed, options.Device ?? CPU, options.DataType, options.Weights);
        return new CausalLM(config, weights);
    }

    /// <summary>Runs a packed batch through the first blocks.</summary>
    /// <param name="batch">The prompts.</param>
    /// <param name="hook">Reads or changes activations, and forks rows; or null.</param>
    /// <param name="blocks">How many blocks to run; all if null.</param>
    /// <param name="states">
    /// One for each prompt: what earlier tokens of the sequence left behind, to which this pass appends. A batch with states is either one prompt
    /// or <see cref="PackedBatch.Continue"/>.
    /// </param>
    /// <exception cref="PasException">A file of the model was written to while weights are views of its map.</exception>
    /// <returns>
    /// The residual stream of each prompt's last token and of its forks, before the final norm: [prompts, leaves, hidden size]; where the batch has
    /// branches, [leaf rows, hidden size], leaf after leaf of prompt after prompt.
    /// </returns>
    public Tensor Forward(PackedBatch batch, IActivationHook? hook = null, int? blocks = null, IReadOnlyList<SequenceState>? states = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        using var pass = new ForwardPass(batch, hook, states);
        var stream = Run(pass, blocks ?? Config.Layers, leavesOnly: true);
        hook?.Finish();
        foreach (var state in states ?? [])
        {
            state.Append(batch.TokenRows + 1);
        }

        return (batch.Runs is null ? pass.Layout.Leaves(stream) : stream).MoveToOuterDisposeScope();
    }

    /// <summary>Runs a packed batch through all blocks.</summary>
    /// <param name="batch">The prompts.</param>
    /// <param name="leavesOnly">Whether only the prompts' last tokens are wanted.</param>
    /// <returns>[rows, hidden size]: the residual stream before the final norm, of the last tokens or of all rows.</returns>
    internal Tensor ForwardAll(PackedBatch batch, bool leavesOnly)
    {
        using var scope = NewDisposeScope();
        using var pass = new ForwardPass(batch, null, null);
        return Run(pass, Config.Layers, leavesOnly).MoveToOuterDisposeScope();
    }

    /// <summary>Final norm and LM head.</summary>
    /// <param name="hidden">[…, hidden size], as <see cref="Forward"/> returns it.</param>
    /// <param name="tokens">Ids whose logits are wanted, [n] on the model's device; the whole vocabulary if null.</param>
    /// <returns>[…, n] float32.</returns>
    public Tensor Logits(Tensor hidden, Tensor? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using var scope = NewDisposeScope();
        var normed = _finalNorm.Forward(hidden);
        var logits = tokens is null ? _head.Forward(normed) : _head.Forward(normed, tokens);
        logits = logits.to(ScalarType.Float32);
        logits = _logitFactor is null ? logits : logits.mul(_logitFactor);
        return (_logitCap?.Forward(logits) ?? logits).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _rotary.Dispose();
        Array.ForEach(_files, file => file.Dispose());
    }

    /// <summary>What a new sequence keeps in each layer.</summary>
    /// <param name="capacity">Most tokens that it will have.</param>
    internal IEnumerable<ILayerState> NewStates(int capacity) => _blocks.Select(block => block.NewState(capacity));

    /// <summary>Begins a pass: every row's angle, and its embedding, [rows, hidden size].</summary>
    internal Tensor Embed(ForwardPass pass)
    {
        var batch = pass.Batch;
        var tokens = batch.Tokens();
        Tensor? none = null;
        Begin(pass);
        return pass.Visit(-1, HookPoint.BlockOutput, Embed(tokens), ref none);
    }

    /// <summary>Begins a pass whose first blocks were run before: every row's angle.</summary>
    /// <exception cref="PasException">A file that weights are views of was written to.</exception>
    internal void Begin(ForwardPass pass)
    {
        foreach (var file in _files)
        {
            file.EnsureUnchanged();
        }

        var positions = pass.Batch.Positions();
        pass.Angles = _rotary.Angles(positions, DataType);
        pass.Scales = _rotary.Scales(positions, DataType);
    }

    /// <summary>Runs one block of a pass that has begun.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="layer">The block.</param>
    /// <param name="input">[rows, hidden size]</param>
    /// <param name="leavesOnly">Whether token rows end here.</param>
    /// <returns>[rows that go on, hidden size]</returns>
    internal Tensor RunBlock(ForwardPass pass, int layer, Tensor input, bool leavesOnly) => _blocks[layer].Forward(pass, input, leavesOnly);

    private Tensor Run(ForwardPass pass, int blocks, bool leavesOnly)
    {
        var stream = Embed(pass);
        for (var layer = 0; layer < blocks; layer++)
        {
            var input = stream;
            stream = _blocks[layer].Forward(pass, input, leavesOnly && layer == blocks - 1);
            input.Dispose();
        }

        return blocks == 0 && leavesOnly ? pass.Layout.WithoutTokens(stream) : stream;
    }

    private Tensor Embed(int[] tokens)
    {
        var rows = _embedding.Rows(tensor(tokens, device: Device), DataType);
        rows = _embeddingNorm?.Forward(rows) ?? rows;
        return Config.EmbeddingFactor is { } factor ? rows.mul_(tensor(factor, DataType, Device)) : rows; // The factor is rounded to the type, as in the reference.
    }
}
