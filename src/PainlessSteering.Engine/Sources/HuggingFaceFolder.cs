using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources;

/// <summary>A model as a folder in Hugging Face layout: config.json, *.safetensors, tokenizer.json or tokenizer.model, and what stands beside them.</summary>
internal sealed class HuggingFaceFolder : IModelSource
{
    private readonly Lazy<(ModelConfig Config, IReadOnlyList<UnusedPart> Unused, bool IsQuantised)> _config;
    private readonly FolderTexts _texts;
    private readonly Lazy<ShardIndex?> _index;
    private readonly Lazy<Checkpoint> _weights;

    private HuggingFaceFolder(string path)
    {
        Path = path;
        _config = new(() => FolderConfig.Read(path));
        _texts = new(path);
        _index = new(() => ShardIndex.Find(path));
        _weights = new(() =>
        {
            FolderFiles.RefuseAdapter(path);
            return QuantisedCheckpoint.Of(SafeTensorsCheckpoint.Open(path, _index.Value), FolderQuantisation.Read(path));
        });
    }

    public string Path { get; }

    public ModelConfig Config => _config.Value.Config;

    public bool HasTokenizer => _texts.HasTokenizer;

    public Tokenizer Tokenizer => _texts.Tokenizer;

    public ChatTemplate? ChatTemplate => _texts.ChatTemplate;

    public Checkpoint Weights => _weights.Value;

    public IReadOnlyList<UnusedPart> Unused =>
    [
        .. _config.Value.Unused,
        .. _texts.Unused,
        .. _index.Value?.Unused ?? [],
        .. FolderFiles.Unused(Path),
        .. _config.Value.IsQuantised && Weights is QuantisedCheckpoint quantised ? quantised.Unused : [],
    ];

    /// <summary>Any folder, and also what does not exist: what is missing is told when it is asked for.</summary>
    public static IModelSource TryOpen(string path) => new HuggingFaceFolder(path);

    public void Dispose()
    {
        if (_weights.IsValueCreated)
        {
            _weights.Value.Dispose();
        }
    }
}
