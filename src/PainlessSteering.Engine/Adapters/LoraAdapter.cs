using System.Security.Cryptography;
using System.Text;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters;

/// <summary>
/// A LoRA adapter in PEFT's layout: for each adapted linear module of weight W [out, in] the factors A [rank, in] and
/// B [out, rank] of a change <c>W + scale B A</c> (Hu et al., 2021).
/// </summary>
internal sealed class LoraAdapter : IDisposable
{
    /// <summary>Name of the file with the factors.</summary>
    public const string FileName = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.", EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight", EndOfWeight = ".weight";

    private readonly LoraConfig _config;
    private readonly SafeTensors _file;
    private readonly HashSet<string> _modules;
    private readonly bool _newNames;

    private LoraAdapter(LoraConfig config, SafeTensors file)
    {
        (_config, _file) = (config, file);
        _modules = [.. file.Tensors.Keys.Select(ModuleOf)];
        _newNames = _modules.Any(VisionLanguageNames.IsNew);
        foreach (var module in _modules)
        {
            CheckFactors(module);
        }
    }

    /// <summary>Name in the file of a module's factor A.</summary>
    public static string NameOfA(string module) => Prefix + module + EndOfA;

    /// <summary>Name in the file of a module's factor B.</summary>
    public static string NameOfB(string module) => Prefix + module + EndOfB;

    /// <summary>Opens an adapter's folder and checks that it is whole; factors are read when they are used.</summary>
    /// <exception cref="PasException">A file is missing or damaged, tensors are missing or do not fit together, or the adapter is of a kind that is not supported.</exception>
    public static LoraAdapter Load(string folder)
    {
        if (File.Exists(folder) && GgufFile.Is(folder))
        {
            throw new PasException("adapters in GGUF files are not read", folder, "a folder in PEFT's layout", "a GGUF file", "give the adapter as it was before it was converted: adapter_config.json and adapter_model.safetensors") { Code = ErrorCodes.NotSupported };
        }

        if (!Directory.Exists(folder))
        {
            throw new PasException("the adapter's folder does not exist", folder, remedy: "give a folder with adapter_config.json and adapter_model.safetensors") { Code = ErrorCodes.FileMissing };
        }

        var config = LoraConfig.Load(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            var pickle = File.Exists(Path.Combine(folder, "adapter_model.bin"));
            throw new PasException("the adapter has no weights", folder, FileName, pickle ? "adapter_model.bin, a Python pickle, which is never read" : null, pickle ? "save it again with PEFT's save_pretrained(safe_serialization=True)" : null) { Code = ErrorCodes.FileMissing };
        }

        var file = SafeTensors.Open(path);
        try
        {
            return new LoraAdapter(config, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>How many linear modules it changes.</summary>
    public int Modules => _modules.Count;

    /// <summary>Whether it changes a tensor of the checkpoint.</summary>
    public bool Changes(string weight) => weight.EndsWith(EndOfWeight, StringComparison.Ordinal) && _modules.Contains(Named(weight));

    /// <summary>Refuses a model that the adapter was not made for.</summary>
    /// <param name="shapes">Shape of every tensor of the checkpoint.</param>
    /// <param name="model">The checkpoint, for an error.</param>
    /// <param name="head">Tells the name of the LM head's module in the checkpoint, where that matters.</param>
    /// <exception cref="PasException">A module is not in the model or has another shape, or one of the model's that should be adapted is not.</exception>
    public void EnsureFits(IReadOnlyDictionary<string, long[]> shapes, string model, Func<string> head)
    {
        var known = shapes.Where(tensor => tensor.Key.EndsWith(EndOfWeight, StringComparison.Ordinal)).ToDictionary(tensor => Named(tensor.Key), tensor => tensor.Value);
        foreach (var module in _modules.Order(StringComparer.Ordinal))
        {
            if (!known.TryGetValue(module, out var shape))
            {
                var nearest = Suggestion.Nearest(module, known.Keys);
                throw new PasException(
                    "the adapter changes a module that the model does not have", Where(NameOfA(module)), $"a module of {model}", $"'{module}'" + (nearest is null ? "" : $", nearest '{nearest}'"), "is it an adapter of this model?")
                { Code = ErrorCodes.DoesNotFit };
            }

            long[] factors = [_file.Tensors[NameOfB(module)].Shape[0], _file.Tensors[NameOfA(module)].Shape[1]];
            if (!shape.SequenceEqual(factors))
            {
                throw new PasException("the adapter is for a weight of another shape", Where(NameOfA(module)), $"[{string.Join(", ", shape)}], as '{module}' of {model}", $"[{string.Join(", ", factors)}]", "is it an adapter of this model?") { Code = ErrorCodes.DoesNotFit };
            }
        }

        var leftOut = _config.MeansAllLinear ? Named(head() + EndOfWeight) : null;
        var forgotten = known.Where(module => module.Value.Length == 2 && !module.Key.Contains("embed", StringComparison.Ordinal)).Select(module => module.Key)
            .Where(module => !_modules.Contains(module) && _config.Includes(module, leftOut)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (forgotten is not null)
        {
            throw new PasException("a tensor of the adapter is missing", Where(NameOfA(forgotten)), "factors of every module that adapter_config.json names", remedy: "the file is not complete; get it again") { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>A weight with its change added: <c>W + scale B A</c> in float32, rounded once to the type it is stored in.</summary>
    /// <param name="weight">Name in the checkpoint of one that it changes.</param>
    /// <param name="stored">As the checkpoint has it.</param>
    /// <exception cref="PasException">The sum is not finite in the stored type.</exception>
    public Tensor Changed(string weight, Tensor stored)
    {
        var module = Named(weight);
        using var scope = NewDisposeScope();
        var wide = stored.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Tensor Factor(string name) => _file.Load(name).to(wide);
        var sum = addmm(stored.to(wide), Factor(NameOfB(module)), Factor(NameOfA(module)), beta: 1, alpha: (float)_config.ScaleOf(module)).to(stored.dtype);
        return TensorBytes.FirstNonFinite(sum) is null
            ? sum.MoveToOuterDisposeScope()
            : throw new PasException("the adapter makes a weight that is not finite", Where(NameOfA(module)), "finite numbers", remedy: "the adapter is damaged, or its training diverged") { Code = ErrorCodes.NotFinite };
    }

    /// <summary>Identifies the model that results, in the form of the weights' own fingerprint.</summary>
    /// <param name="weights">Fingerprint of the weights that it changes.</param>
    public string Fingerprint(string weights)
    {
        var scales = _modules.Order(StringComparer.Ordinal).Select(module => FormattableString.Invariant($"{module} {_config.ScaleOf(module):R}"));
        var text = string.Join('\n', scales.Prepend(WeightsFingerprint.Of(_file.Tensors.Keys.ToDictionary(name => name, _ => _file))).Prepend(weights));
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>What the adapter calls the module of a weight of the checkpoint.</summary>
    private string Named(string weight)
    {
        var module = weight[..^EndOfWeight.Length];
        return _newNames ? VisionLanguageNames.New(module) : module;
    }

    private string ModuleOf(string name)
    {
        var end = name.EndsWith(EndOfA, StringComparison.Ordinal) ? EndOfA : EndOfB;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal) && name.Length > Prefix.Length + end.Length
            ? name[Prefix.Length..^end.Length]
            : throw new PasException("not a factor of a linear module", Where(name), $"{NameOfA("MODULE")} and …{EndOfB}", remedy: "only plain LoRA is supported: no DoRA, no embeddings, no fully trained modules") { Code = ErrorCodes.NotSupported };
    }

    private void CheckFactors(string module)
    {
        SafeTensorInfo Info(string name) => _file.Tensors.TryGetValue(name, out var info) ? info : throw new PasException("a tensor of the adapter is missing", Where(name), remedy: "the file is not complete; get it again") { Code = ErrorCodes.FileDamaged };
        var (a, b, rank) = (Info(NameOfA(module)), Info(NameOfB(module)), _config.RankOf(module));
        if (a.Shape.Length != 2 || a.Shape[0] != rank)
        {
            throw new PasException("the factor has another rank than adapter_config.json says", Where(a.Name), $"[{rank}, inputs]", $"[{string.Join(", ", a.Shape)}]") { Code = ErrorCodes.FileDamaged };
        }

        if (b.Shape.Length != 2 || b.Shape[1] != rank)
        {
            throw new PasException("the factor has another rank than adapter_config.json says", Where(b.Name), $"[outputs, {rank}]", $"[{string.Join(", ", b.Shape)}]") { Code = ErrorCodes.FileDamaged };
        }
    }

    private string Where(string name) => $"{_file.Path}, key {SafeTensorsHeader.Quote(name)}";
}
