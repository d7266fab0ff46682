using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources.Gguf;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources;

/// <summary>A model as llama.cpp's GGUF file. Families do not know of the format: keys and names are put into their words first.</summary>
internal sealed class GgufModel : IModelSource
{
    private readonly GgufFiles _file;
    private readonly Lazy<ArchitectureKeys> _keys;
    private readonly Lazy<ModelConfig> _config;
    private readonly Lazy<Tokenizer> _tokenizer;
    private readonly Lazy<ChatTemplate?> _template;
    private readonly Lazy<GgufCheckpoint> _weights;

    private GgufModel(GgufFiles file)
    {
        _file = file;
        var architecture = Architecture(file);
        Unsaid = [.. architecture.Unsaid.Select(part => part.Words)];
        _keys = new(() => new ArchitectureKeys(file, architecture.Name));
        _config = new(() => ModelConfig.Read(ConfigFile.Of(JsonSerializer.SerializeToElement(GgufKeys.Configuration(_keys.Value, architecture)), file.Path)));
        _tokenizer = new(() => GgufTokenizerKeys.Tokenizer(file));
        _template = new(() => GgufTokenizerKeys.Template(file));
        _weights = new(() => new GgufCheckpoint(file, architecture.Names(_keys.Value).Map(file, _keys.Value.Layers)));
    }

    /// <summary>The file.</summary>
    public GgufFiles File => _file;

    /// <summary>What its weights are called here.</summary>
    public GgufNames Names => GgufArchitecture.Of(_file.Metadata).Names(_keys.Value);

    /// <summary>Adds what other programs ask for of a folder of the same model.</summary>
    public void AddOthers(JsonObject config) => GgufArchitecture.Of(_file.Metadata).Others?.Invoke(_keys.Value, config);

    public string Path => _file.Path;

    public ModelConfig Config => _config.Value;

    public bool HasTokenizer => GgufTokenizerKeys.Has(_file.Metadata);

    public Tokenizer Tokenizer => _tokenizer.Value;

    public ChatTemplate? ChatTemplate => _template.Value;

    public Checkpoint Weights => _weights.Value;

    public IReadOnlyList<UnusedPart> Unused
    {
        get
        {
            _ = (Config, HasTokenizer ? Tokenizer : null, ChatTemplate);
            return [.. GgufKeys.Unused(_file.Metadata), .. LeftOut];
        }
    }

    /// <summary>Tensors of parts that are left out.</summary>
    public IEnumerable<UnusedPart> LeftOut => GgufNames.Unused(_file, _keys.Value.Layers);

    public IReadOnlyList<string> Unsaid { get; }

    /// <summary>Opens a GGUF file, or a folder that has one and no safetensors; null for anything else.</summary>
    public static IModelSource? TryOpen(string path)
    {
        if (Directory.Exists(path))
        {
            return InFolder(path) is { } only ? Open(only) : null;
        }

        return System.IO.Path.GetExtension(path).Equals(".gguf", StringComparison.OrdinalIgnoreCase) || (System.IO.File.Exists(path) && GgufFile.Is(path)) ? Open(path) : null;
    }

    public void Dispose() => _file.Dispose();

    private static GgufModel Open(string path)
    {
        var file = GgufFiles.Open(path);
        try
        {
            return new GgufModel(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The one model in a folder without safetensors. The part that sees may lie beside it.</summary>
    private static string? InFolder(string folder)
    {
        if (Directory.EnumerateFiles(folder, "*.safetensors").Any())
        {
            return null;
        }

        string[] files = [.. Directory.EnumerateFiles(folder, "*.gguf").Where(file => !System.IO.Path.GetFileName(file).StartsWith("mmproj", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return files.Length == 0 ? null : GgufFiles.OnlyModel(files) ?? throw new PasException(
            "the folder has several GGUF files", folder, "one", string.Join(", ", files.Take(4).Select(System.IO.Path.GetFileName)) + (files.Length > 4 ? ", …" : ""), "name one of them")
        { Code = ErrorCodes.BadInput };
    }

    private static GgufArchitecture Architecture(GgufFiles file)
    {
        OtherGgufFiles.Refuse(file);
        return GgufArchitecture.Of(file.Metadata);
    }
}
