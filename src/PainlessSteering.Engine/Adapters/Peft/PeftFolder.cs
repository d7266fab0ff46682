using PainlessSteering.Engine.Adapters.Peft.Kinds;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary>
/// An adapter's folder in the layout of Hugging Face's PEFT. Kinds of adapters take its tensors by their names; what none has taken in the end, and keys that
/// none has asked for, are refused, because an adapter that is read in part is another one.
/// </summary>
internal sealed class PeftFolder
{
    /// <summary>Name of the file with the tensors.</summary>
    public const string FileName = "adapter_model.safetensors";

    /// <summary>What stands before every name in the file.</summary>
    public const string Prefix = "base_model.model.";

    private readonly SafeTensors _file;
    private readonly SortedSet<string> _left;
    private readonly List<Func<string, bool>> _expected = [];

    private PeftFolder(ConfigFile config, string method, SafeTensors file)
    {
        (Config, Method, _file) = (config, method, file);
        _left = new(file.Tensors.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]), StringComparer.Ordinal);
    }

    /// <summary>The configuration.</summary>
    public ConfigFile Config { get; }

    /// <summary>Its <c>peft_type</c>.</summary>
    public string Method { get; }

    /// <summary>Which modules it names.</summary>
    public required ModuleTargets Targets { get; init; }

    /// <summary>Names of the tensors that nobody has taken, without the prefix, in order.</summary>
    public IReadOnlyList<string> Names => [.. _left];

    /// <summary>Opens a folder and checks that it is whole; tensors are read when they are used.</summary>
    /// <exception cref="PasException">A file is missing or damaged, tensors are missing or do not fit together, or the adapter is of a kind that is not supported.</exception>
    public static Adapter Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new PasException("the adapter's folder does not exist", path, remedy: "give a folder with adapter_config.json and adapter_model.safetensors") { Code = ErrorCodes.FileMissing };
        }

        var config = ConfigFile.Open(Path.Combine(path, LoraConfig.FileName), "the adapter's configuration is missing", "give a folder in PEFT's layout with adapter_config.json and adapter_model.safetensors");
        var method = PeftKeys.Method(config);
        PeftKeys.RefuseOthers(config);
        var file = OpenFile(path);
        try
        {
            return new PeftFolder(config, method, file) { Targets = ModuleTargets.Read(config, mayBeMissing: config.HasContent("target_parameters")) }.Read();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Names of the modules that have a tensor of one of these endings that nobody has taken, in order.</summary>
    public IEnumerable<string> ModulesOf(params IReadOnlyList<string> endings) => _left
        .SelectMany(name => endings.Where(ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.Ordinal)).Select(ending => name[..^ending.Length])).Distinct().ToArray();

    /// <summary>Whether the file has a tensor that nobody has taken.</summary>
    public bool Has(string name) => _left.Contains(name);

    /// <summary>Takes a tensor.</summary>
    /// <param name="name">Its name without the prefix.</param>
    /// <exception cref="PasException">There is none.</exception>
    public AdapterTensor Take(string name) => !_left.Remove(name)
        ? throw new PasException("a tensor of the adapter is missing", PlaceOf(name), remedy: "the file is not complete; get it again") { Code = ErrorCodes.FileDamaged }
        : new AdapterTensor(PlaceOf(name), _file.Tensors[Prefix + name].Shape, () => Load(name));

    /// <summary>Says which tensors of a model the configuration means, beside the weights of its targets.</summary>
    public void Expect(Func<string, bool> isOne) => _expected.Add(isOne);

    /// <summary>File and name of a tensor, for errors.</summary>
    public string PlaceOf(string name) => $"{_file.Path}, key {SafeTensorsHeader.Quote(Prefix + name)}";

    private static SafeTensors OpenFile(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            return SafeTensors.Open(path);
        }

        var pickle = File.Exists(Path.Combine(folder, "adapter_model.bin"));
        throw new PasException(
            "the adapter has no weights", folder, FileName, pickle ? "adapter_model.bin, a Python pickle, which is never read" : null,
            pickle ? "convert it where you trust it: python -c \"import torch, safetensors.torch as s; s.save_file(torch.load('adapter_model.bin', weights_only=True), 'adapter_model.safetensors')\"" : null)
        { Code = ErrorCodes.FileMissing };
    }

    private Adapter Read()
    {
        var kinds = AdapterKind.All.Where(kind => kind.Methods.Contains(Method)).ToArray();
        var changes = kinds.SelectMany(kind => kind.Read(this)).ToArray();
        var unused = PeftKeys.Unused(Config);
        if (_file.Tensors.Count == 0)
        {
            throw new PasException("the adapter has no tensors", _file.Path, remedy: "the file is not complete; get it again") { Code = ErrorCodes.FileDamaged };
        }

        if (_file.Tensors.Keys.FirstOrDefault(name => !name.StartsWith(Prefix, StringComparison.Ordinal) || Has(name[Prefix.Length..])) is { } other)
        {
            throw new PasException(
                "the adapter has a tensor of a kind that is not supported, or that its configuration does not ask for", $"{_file.Path}, key {SafeTensorsHeader.Quote(other)}",
                $"names such as {Prefix}MODULE{kinds.First(kind => kind.Ending.Length > 0).Ending}")
            { Code = ErrorCodes.NotSupported };
        }

        var ending = kinds.First(kind => kind.Ending.Length > 0).Ending;
        return new Adapter(_file, changes, () => WeightsFingerprint.Of(_file.Tensors.Keys.ToDictionary(name => name, _ => _file)))
        {
            Content = new AdapterContent(Targets, ending, _expected, PlaceOf),
            Unused = unused,
        };
    }

    private Tensor Load(string name)
    {
        var tensor = _file.Load(Prefix + name);
        return is_floating_point(tensor) ? _file.IsView(Prefix + name) ? tensor.clone() : tensor // What is made of it may outlive the file, whose map nobody watches.
            : throw new PasException("the tensor is not one of floating point", PlaceOf(name), "F32, BF16 or F16", _file.Tensors[Prefix + name].Type.Name) { Code = ErrorCodes.NotSupported };
    }
}
