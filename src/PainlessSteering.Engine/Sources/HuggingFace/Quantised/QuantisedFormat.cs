using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// A way in which checkpoints are quantised, as one configuration has it. Which weights are is seen from the tensors that are there; the
/// configuration says what these do not.
/// </summary>
internal abstract class QuantisedFormat
{
    public const string TensorsSay = "the tensors that are there show it", Activations = "of activations, which are not quantised", Quantising = "says how the weights were quantised",
        Speed = "how a library computes, not what";

    private const string Cache = "of the cache of keys and values, which is not quantised";

    /// <summary>Every format by the method that names it in a configuration. A new one is one file and one entry here.</summary>
    private static readonly IReadOnlyList<(string Method, Func<ConfigFile, QuantisedFormat> Read)> All =
    [
        ("fp8", settings => new Fp8(settings)),
        ("fbgemm_fp8", settings => new FbgemmFp8(settings)),
        ("compressed-tensors", settings => new CompressedTensors(settings)),
        ("modelopt", settings => new ModelOpt(settings)),
        ("mxfp4", settings => new Mxfp4(settings)),
        ("gptq", settings => new Gptq(settings)),
        ("auto-round", AutoRound.Read),
        ("awq", settings => new Awq(settings)),
        ("bitsandbytes", settings => new BitsAndBytes(settings)),
        ("torchao", settings => new TorchAo(settings)),
    ];

    /// <summary>Every method that is read.</summary>
    public static IReadOnlyList<string> Methods { get; } = [.. All.Select(format => format.Method)];

    /// <summary>Ends of names of tensors beside weights that do not change these, and why.</summary>
    private static readonly (string End, string Reason)[] Beside =
    [
        (".input_scale", Activations),
        (".input_scale_ub", Activations),
        (".input_zero_point", Activations),
        (".input_global_scale", Activations),
        (".output_scale", Activations),
        (".output_zero_point", Activations),
        (".activation_scale", Activations),
        (".k_scale", Cache),
        (".v_scale", Cache),
        (".k_zero_point", Cache),
        (".v_zero_point", Cache),
        (".q_scale", "of attention in few bits, which is not done here"),
    ];

    /// <summary>Everything in the configuration that changes the weights, in words: part of their fingerprint.</summary>
    public abstract string Mark { get; }

    /// <summary>What a configuration says. Every key that matters is asked for, every other that is known has its reason.</summary>
    /// <param name="settings">The section of the configuration.</param>
    /// <exception cref="PasException">The method, or a form of it, is not supported.</exception>
    public static QuantisedFormat Read(ConfigFile settings)
    {
        const string Key = "quant_method";
        var method = settings.Text(Key) ?? Unnamed(settings);
        if (method is null)
        {
            throw new PasException("the configuration does not say by which method the weights are quantised", settings.Where, $"key '{Key}': {Names}", remedy: Otherwise) { Code = ErrorCodes.NotSupported };
        }

        var read = All.FirstOrDefault(format => format.Method == method).Read ?? throw new PasException(
            $"the weights are quantised by a method that is not supported, '{method}'", settings.Where, Names, remedy: Otherwise)
        { Code = ErrorCodes.NotSupported };
        return read(settings);
    }

    /// <summary>The weight that a stored tensor has the codes of; null where it has none.</summary>
    /// <exception cref="PasException">A tensor of the weight is missing, or does not fit.</exception>
    public abstract CodedWeight? Weight(WeightParts parts);

    /// <summary>Why a stored tensor that is of no weight does not matter; null for one that may.</summary>
    public virtual string? Reason(string name) => Beside.FirstOrDefault(known => name.EndsWith(known.End, StringComparison.Ordinal)).Reason;

    /// <summary>Refuses a value of a key.</summary>
    public static PasException Refused(ConfigFile settings, string key, string found, string supported) =>
        new($"the weights are quantised in a form that is not supported: key '{key}'", settings.Where, supported, $"'{found}'", Otherwise) { Code = ErrorCodes.NotSupported };

    /// <summary>Refuses every value of a key but some; one that is missing is the first.</summary>
    public static string OneOf(ConfigFile settings, string key, params IReadOnlyList<string> supported)
    {
        var found = settings.Text(key) ?? supported[0];
        return supported.FirstOrDefault(name => name.Equals(found, StringComparison.OrdinalIgnoreCase)) ?? throw Refused(settings, key, found, string.Join(", ", supported));
    }

    /// <summary>Refuses a flag that is set.</summary>
    public static void NotSet(ConfigFile settings, string key)
    {
        if (settings.Flag(key))
        {
            throw Refused(settings, key, "true", "false");
        }
    }

    /// <summary>Inputs that share a scale; null where all of an output do, which is said as -1 or not at all.</summary>
    public static int? GroupSize(ConfigFile settings, string key = "group_size") => settings.Ints(key) switch
    {
        [] or [-1] => null,
        [> 0 and var size] => size,
        var other => throw Refused(settings, key, string.Join(", ", other), "a positive number, or -1"),
    };

    private static string Names => string.Join(", ", Methods);

    private static string Otherwise => "use the model's own checkpoint, one that is quantised in another way, or a GGUF file of it";

    /// <summary>The method of configurations that are older than the key.</summary>
    private static string? Unnamed(ConfigFile settings) => settings.Has("load_in_8bit") || settings.Has("load_in_4bit") ? "bitsandbytes" : null;
}
