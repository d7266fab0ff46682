using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Hub.Stores;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options of every verb that runs a model.</summary>
internal static class ModelOptions
{
    private static readonly Option<string> Model = new("--model")
    {
        HelpName = "folder, file or name",
        Description = "Model in Hugging Face layout (config.json, *.safetensors, tokenizer.json), a GGUF file, its name on the hub where 'pas download' has fetched it (Qwen/Qwen3-0.6B, also with @revision; owner/name:Q4_K_M), or that of Ollama, LM Studio or llama.cpp (ollama:llama3.1:8b, lmstudio:owner/name, llamacpp:file); 'pas model list' shows all.",
        Required = true,
    };

    private static readonly Option<string?> Lora = Adapter();
    private static readonly Option<string> Type = CommonOptions.Chosen("--dtype", "Type to compute in. auto is the model's own where this processor multiplies that, else f32, with numbers of two bytes held as they are.", "auto", "f32", "bf16");
    private static readonly Option<string?> Weights = new Option<string?>("--weights") { Description = "Hold the weights in fewer bits: int8 (a scale per output), int4 (a scale and a zero per 64 inputs); or bf16, full (as --dtype), stored (as in the files) (default: what --dtype auto chose, or full)." }.AcceptOnlyFromAmong([.. WeightFormats.Names]);
    private static readonly Option<string> On = CommonOptions.Chosen("--device", "Where to compute. auto is a GPU that libtorch knows and the model fits into, else the CPU.", "auto", "cpu", "cuda", "mps");
    private static readonly Option<string> OnSame = CommonOptions.Chosen("--device", "Where to compute; every machine that shares a study on the same.", "cpu", "cuda", "mps");
    private static readonly Option<int> Threads = new("--threads") { HelpName = "n", Description = "Worker threads on the CPU (default: all cores); does not change a result.", DefaultValueFactory = _ => Environment.ProcessorCount };

    private static readonly Option<string?> Memory = new("--memory") { HelpName = "size", Description = "Memory that may be taken besides the weights, such as 8GB; it is filled and not passed (default: 2048 rows a pass)." };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        AddModelTo(command);
        AddWorkersTo(command);
    }

    /// <summary>Adds what says how much of the machine may be used.</summary>
    public static void AddWorkersTo(Command command)
    {
        command.Add(Threads);
        command.Add(Memory);
    }

    /// <summary>Adds what says where to compute, to a verb that names its models in another way and computes them on one device.</summary>
    public static void AddEngineTo(Command command)
    {
        command.Add(OnSame);
        AddWorkersTo(command);
    }

    /// <summary>Adds what says which model runs where, to a verb that has threads of another kind than workers.</summary>
    public static void AddModelTo(Command command)
    {
        command.Add(Model);
        AddLoadingTo(command);
    }

    /// <summary>Adds what says how a model is loaded, to a verb that names the model in its own way.</summary>
    public static void AddLoadingTo(Command command)
    {
        foreach (var option in new Option[] { Lora, Type, Weights, On })
        {
            command.Add(option);
        }
    }

    /// <summary>The option of an adapter, for a verb that reads a model in its own way.</summary>
    public static Option<string?> Adapter() =>
        new("--adapter") { HelpName = "folder", Description = "LoRA adapter in PEFT's layout, added to the model's weights as they are loaded." };

    /// <summary>How much of the machine may be used.</summary>
    public static EngineOptions Engine(ParseResult parsed)
    {
        var options = EngineOptions.Default with { Threads = CommonOptions.AtLeast(1, Threads, parsed) };
        return parsed.GetValue(Memory) is { } size ? options with { Memory = ByteSize.Parse(size, nameof(EngineOptions.Memory)), RowsPerPass = EngineOptions.MostRows } : options;
    }

    /// <summary>Where to compute, for a verb that has <see cref="AddEngineTo"/>.</summary>
    public static Device Device(ParseResult parsed) => DeviceOf(parsed.GetValue(OnSame)!);

    /// <summary>Opens what the model is read from: its shapes are quick to read and enough to check the other options.</summary>
    public static IModelSource Open(ParseResult parsed) => Open(parsed, parsed.GetRequiredValue(Model));

    /// <summary>Opens a model that is given as a folder, a file or a name.</summary>
    public static IModelSource Open(ParseResult parsed, string model) => ModelSource.Open(Find(parsed, model));

    /// <summary>Loads the tokenizer, which is quick to fail, and then the model.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="working">What the verb's work with the model takes of memory.</param>
    public static LoadedModel Load(ParseResult parsed, Func<ModelConfig, ScalarType, long> working) => Load(parsed, Open(parsed), working);

    /// <summary>As <see cref="Load(ParseResult, Func{ModelConfig, ScalarType, long})"/>, from a source that is open; the model has it from then on.</summary>
    public static LoadedModel Load(ParseResult parsed, IModelSource source, Func<ModelConfig, ScalarType, long> working)
    {
        try
        {
            var tokenizer = source.Tokenizer;
            TellUnused(parsed, source);
            var options = Loading(parsed, source, working);
            using var line = new LoadLine(parsed.InvocationConfiguration.Error);
            var model = CausalLM.Load(source, options with { Progress = line });
            line.End();
            return new LoadedModel(source, NameOf(parsed.GetRequiredValue(Model)), model, tokenizer);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Tells in one line what of a model is not used although nobody here knows that it does not matter.</summary>
    public static void TellUnused(ParseResult parsed, IModelSource source)
    {
        if (UnusedParts.Line(source.Unused) is { } line)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {line}");
        }
    }

    /// <summary>How the model is to be loaded. Where it computes is told where that was not said and is not the CPU.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="source">The model; null for one of random numbers, which are float32.</param>
    /// <param name="working">What the verb's work with the model takes of memory; null for nothing worth counting.</param>
    public static LoadOptions Loading(ParseResult parsed, IModelSource? source, Func<ModelConfig, ScalarType, long>? working = null)
    {
        LoadOptions On(Device device)
        {
            var options = Typed(parsed, source, device);
            return source is null || working is null ? options : options with { WorkingBytes = working(source.Config, options.DataType) };
        }

        if (parsed.GetValue(ModelOptions.On) is not "auto" and var name)
        {
            return On(DeviceOf(name!));
        }

        var gpu = FittingDevice.Find();
        var need = gpu is null || source is null ? default : MemoryNeed.Of(source.Weights, source.Config, On(DeviceOf(gpu.Value.Name)));
        var (device, line) = FittingDevice.Of(gpu, need.Weights + need.Working);
        if (line is not null)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {line}");
        }

        return On(DeviceOf(device));
    }

    private static LoadOptions Typed(ParseResult parsed, IModelSource? source, Device device)
    {
        var type = parsed.GetValue(Type);
        WeightFormat? weights = parsed.GetValue(Weights) is { } name ? WeightFormats.Parse(name) : null;
        var options = type == "auto"
            ? source is null ? LoadOptions.Fitting([], device, weights) : LoadOptions.Fitting(source, device, weights)
            : new LoadOptions { DataType = type == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32, Weights = weights ?? WeightFormat.Full, Device = device };
        return options with { Adapter = parsed.GetValue(Lora) };
    }

    /// <summary>The folder or file of a model that is given as one of them or by its name. What was chosen is told where there was a choice.</summary>
    public static string Find(ParseResult parsed, string model)
    {
        var found = ModelStores.FromEnvironment().Find(model);
        if (found.Note is { } note)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {model}: {note}");
        }

        return found.Path;
    }

    /// <summary>The model's folder or file, found where the model is named.</summary>
    public static string Path(ParseResult parsed) => Find(parsed, parsed.GetRequiredValue(Model));

    /// <summary>What a model is called: the last part of its path, or of its name in a store.</summary>
    public static string NameOf(string model) =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.Exists(model) ? System.IO.Path.GetFullPath(model) : model));

    private static Device DeviceOf(string name) => name switch
    {
        "cuda" when cuda_is_available() => CUDA,
        "mps" when mps_is_available() => MPS,
        "cpu" => CPU,
        _ => throw new PasException("the device is not available", found: name, remedy: "install the libtorch package for it, or use --device cpu") { Code = ErrorCodes.Unavailable, Setting = On.Name },
    };
}

/// <summary>A model and its tokenizer.</summary>
/// <param name="Source">What it is read from.</param>
/// <param name="Name">What it is called in results.</param>
/// <param name="Model">The model.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
internal sealed record LoadedModel(IModelSource Source, string Name, CausalLM Model, Tokenizer Tokenizer) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        Source.Dispose();
    }
}
