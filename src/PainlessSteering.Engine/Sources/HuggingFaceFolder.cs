using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources;

/// <summary>A model as a folder in Hugging Face layout: config.json, *.safetensors, tokenizer.json or tokenizer.model, and what stands beside them.</summary>
internal sealed class HuggingFaceFolder : IModelSource
{
    private readonly Lazy<(ModelConfig Config, IReadOnlyList<UnusedPart> Unused, bool IsQuantised)> _config;
    private readonly Lazy<(Tokenizer Tokenizer, IReadOnlyList<UnusedPart> Unused)> _tokenizer;
    private readonly Lazy<(ChatTemplate? Template, IReadOnlyList<UnusedPart> Unused)> _template;
    private readonly Lazy<ShardIndex?> _index;
    private readonly Lazy<Checkpoint> _weights;

    private HuggingFaceFolder(string path)
    {
        Path = path;
        _config = new(() => FolderConfig.Read(path));
        _tokenizer = new(() => FolderTokenizer.Read(path));
        _template = new(() => FolderTemplate.Read(path));
        _index = new(() => ShardIndex.Find(path));
        _weights = new(() =>
        {
            FolderFiles.RefuseAdapter(path);
            return QuantisedCheckpoint.Of(SafeTensorsCheckpoint.Open(path, _index.Value), FolderQuantisation.Read(path));
        });
    }

    public string Path { get; }

    public ModelConfig Config => _config.Value.Config;

    public bool HasTokenizer => Tokenizer.IsIn(Path);

    public Tokenizer Tokenizer => _tokenizer.Value.Tokenizer;

    public ChatTemplate? ChatTemplate => _template.Value.Template;

    public Checkpoint Weights => _weights.Value;

    public IReadOnlyList<UnusedPart> Unused =>
    [
        .. _config.Value.Unused,
        .. (HasTokenizer ? _tokenizer.Value.Unused : []).Union(_template.Value.Unused), // Both read tokenizer_config.json.
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
