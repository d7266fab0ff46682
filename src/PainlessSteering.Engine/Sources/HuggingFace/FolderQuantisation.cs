using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Finds what a folder says of how its weights are quantised: in config.json, or in the file that a quantising tool wrote beside it. Where both say it, they have to agree.</summary>
internal static class FolderQuantisation
{
    private const string ByTool = "quantize_config.json", ByAwq = "quant_config.json", ByModelOpt = "hf_quant_config.json";

    /// <summary>The keys of config.json that may say it.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["quantization_config", "compression_config"];

    /// <summary>The files beside config.json that may say it.</summary>
    public static IReadOnlyList<string> Files { get; } = [ByTool, ByAwq, ByModelOpt];

    /// <summary>Whether a key of config.json is accounted for by the format: many have names that mean something else elsewhere.</summary>
    public static bool IsOf(UnaskedKey key) => Sections.Any(section => key.Path.StartsWith(section + ".", StringComparison.Ordinal));

    /// <summary>The format of a folder's weights; null where they are not quantised, or there is no config.json.</summary>
    public static QuantisedFormat? Read(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        return File.Exists(path) ? Read(folder, ConfigFile.Open(path)) : null;
    }

    /// <summary>The same, with keys of config.json asked for.</summary>
    /// <exception cref="PasException">The format is not supported, a key of it is not understood, or two files do not agree.</exception>
    public static QuantisedFormat? Read(string folder, ConfigFile config)
    {
        string? where = null;
        QuantisedFormat? found = null;
        var sections = Sections.Where(config.Has).Select(key => (config.Where, Format: Of(config.Section(key)!)));
        foreach (var (file, format) in sections.Concat(Files.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(path => (path, Format: OfFile(path)))))
        {
            if (found is not null && found.Mark != format.Mark)
            {
                throw new PasException("two files say different things of how the weights are quantised", file, $"{found.Mark}, as {where}", format.Mark, "take out the one that is wrong") { Code = ErrorCodes.FileDamaged };
            }

            (where, found) = (file, format);
        }

        return found;
    }

    private static QuantisedFormat Of(ConfigFile settings) => QuantisedFormat.Read(settings);

    private static QuantisedFormat OfFile(string path)
    {
        var file = ConfigFile.Open(path);
        var format = Path.GetFileName(path) switch
        {
            ByModelOpt => new ModelOpt(file.Section("quantization") ?? throw file.Missing("quantization")),
            ByAwq when !file.Has("quant_method") => new Awq(file),
            ByTool when !file.Has("quant_method") => new Gptq(file),
            _ => Of(file),
        };
        file.Ignore("describes the model", "producer");
        foreach (var key in file.Unasked())
        {
            FolderConfig.Account(file, key, null);
        }

        return format;
    }
}
