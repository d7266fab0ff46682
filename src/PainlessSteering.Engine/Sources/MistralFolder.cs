using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace;
using PainlessSteering.Engine.Sources.Mistral;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// A model as a folder in Mistral's own layout: params.json and consolidated*.safetensors, which the family's words are put to first. Where
/// there is a config.json too, the folder is one of Hugging Face's.
/// </summary>
internal sealed class MistralFolder : IModelSource
{
    private const string Weight = "consolidated";

    private readonly Lazy<MistralParams> _params;
    private readonly FolderTexts _texts;
    private readonly Lazy<MistralCheckpoint> _weights;

    private MistralFolder(string path)
    {
        Path = path;
        _params = new(() => MistralParams.Read(System.IO.Path.Combine(path, MistralParams.FileName)));
        _texts = new(path);
        _weights = new(() => new MistralCheckpoint(QuantisedCheckpoint.Of(SafeTensorsCheckpoint.Open(path, ShardIndex.Find(path, Weight), Weight), _params.Value.Quantised), _params.Value));
    }

    public string Path { get; }

    public ModelConfig Config => _params.Value.Config;

    public bool HasTokenizer => _texts.HasTokenizer;

    public Tokenizer Tokenizer => _texts.Tokenizer;

    public ChatTemplate? ChatTemplate => _texts.ChatTemplate;

    public Checkpoint Weights => _weights.Value;

    public IReadOnlyList<UnusedPart> Unused =>
    [
        .. _params.Value.Unused,
        .. _texts.Unused,
        .. FolderFiles.Unused(Path).Where(part => !IsOfLayout(System.IO.Path.GetFileName(part.Name))),
        .. _params.Value.Quantised is null ? [] : _weights.Value.Unused,
    ];

    /// <summary>Opens a folder of this layout; null for anything else.</summary>
    public static IModelSource? TryOpen(string path)
    {
        bool Has(string name) => File.Exists(System.IO.Path.Combine(path, name));
        return Has(MistralParams.FileName) && !Has("config.json") && (Has($"{Weight}.safetensors") || Has($"{Weight}.safetensors.index.json")) ? new MistralFolder(path) : null;
    }

    private static bool IsOfLayout(string file) => file == MistralParams.FileName || file.StartsWith(Weight, StringComparison.Ordinal);

    public void Dispose()
    {
        if (_weights.IsValueCreated)
        {
            _weights.Value.Dispose();
        }
    }
}
