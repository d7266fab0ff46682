using System.CommandLine;
using System.Text.RegularExpressions;
using PainlessSteering.Engine.Conversion;
using PainlessSteering.Evaluation;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas model convert</c>: a model in another format or type.</summary>
internal static partial class ModelConvertCommand
{
    private const long Megabyte = 1_000_000;
    private const string Gguf = "gguf", SafeTensors = "safetensors";

    private static readonly Argument<string> Model = new("source") { HelpName = "folder, file or name", Description = "The model: a folder, a GGUF file, or a name that 'pas model list' shows." };
    private static readonly Option<string> To = new Option<string>("--to") { Description = "gguf: one file. safetensors: a folder in Hugging Face layout.", Required = true }.AcceptOnlyFromAmong(Gguf, SafeTensors);
    private static readonly Option<string?> Type = new Option<string?>("--type") { Description = "What the weights become (default: q8_0 in a GGUF file, bf16 in a folder, which can also be f16 or f32)." }.AcceptOnlyFromAmong([.. ConversionOptions.GgufTypes]);
    private static readonly Option<string?> Out = new("--out") { HelpName = "file or folder", Description = "What is written (default: the model's name and the type, here)." };
    private static readonly Option<string?> Adapter = ModelOptions.Adapter();
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("convert", """
            Write a model in another format: as a GGUF file, which llama.cpp, Ollama and LM Studio read, or as a folder in Hugging
            Face layout. Quantised weights are widened first; q8_0 and q4_0 are rounded as llama-quantize rounds them, with the
            tensors that it leaves in a better type. What the format cannot say of a model is told.

              pas model convert ./Qwen3-0.6B --to gguf --type q8_0 --out Qwen3-0.6B-Q8_0.gguf
              pas model convert ./Qwen3-0.6B-Q4_K_M.gguf --to safetensors --out ./Qwen3-0.6B-dequantised
            """) { Model, To, Type, Out, Adapter, Force, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (model, toGguf, error) = (parsed.GetRequiredValue(Model), parsed.GetValue(To) == Gguf, parsed.InvocationConfiguration.Error);
        var type = parsed.GetValue(Type) ?? (toGguf ? "q8_0" : "bf16");
        if (!toGguf && !ConversionOptions.FolderTypes.Contains(type))
        {
            throw new PasException("a folder has no weights of this type", expected: string.Join(", ", ConversionOptions.FolderTypes), found: type) { Code = ErrorCodes.BadSetting, Setting = Type.Name };
        }

        var name = ModelOptions.NameOf(model);
        name = name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? name[..^".gguf".Length] : name;
        var path = parsed.GetValue(Out) ?? (toGguf ? $"{Odd().Replace(name, "-")}-{type.ToUpperInvariant()}.gguf" : $"{Odd().Replace(name, "-")}-{type}");
        if (toGguf && File.Exists(path) && !parsed.GetValue(Force))
        {
            throw new PasException("the file is there already", path, remedy: "give another name with --out, or --force to replace it") { Code = ErrorCodes.FileAccess, Setting = Out.Name };
        }

        using var source = ModelOptions.Open(parsed, model);
        ModelOptions.TellUnused(parsed, source);
        ConversionResult result;
        using (var line = new ProgressLine(error))
        {
            var options = new ConversionOptions { Type = type, Name = name, Adapter = parsed.GetValue(Adapter), Progress = (done, total) => Show(line, done, total) };
            result = toGguf ? ModelConversion.ToGguf(source, path, options) : ModelConversion.ToFolder(source, path, options);
        }

        foreach (var note in result.Notes)
        {
            error.WriteLine($"note: {note}");
        }

        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(parsed.InvocationConfiguration.Output, new { Path = path, Format = toGguf ? Gguf : SafeTensors, Type = type, result.Tensors, result.Bytes, result.Types, result.Notes });
        }
        else
        {
            parsed.InvocationConfiguration.Output.WriteLine(Invariant($"{path}: {result.Tensors} tensors ({string.Join(", ", result.Types.Select(of => Invariant($"{of.Value} {of.Key}")))}), {result.Bytes / (double)Megabyte:0.0} MB of weights"));
        }

        return 0;
    }

    private static void Show(ProgressLine line, long done, long total)
    {
        var all = (int)(total / Megabyte) + 1;
        line.Report(new StageProgress("convert, MB:", done == total ? all : Math.Min((int)(done / Megabyte), all - 1), all));
    }

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Odd();
}
