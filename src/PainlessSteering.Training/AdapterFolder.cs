using System.Text.Encodings.Web;
using System.Text.Json;
using PainlessSteering.Engine.Adapters.Peft;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// The folder that a fine-tuning fills: while it runs the state to resume from, at the end the adapter in PEFT's layout.
/// <c>adapter_config.json</c> is written after the factors, so that it proves them.
/// </summary>
internal sealed class AdapterFolder(string path)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What the callers of <see cref="SftTrainer"/> call the folder, and the wish to go on in it.</summary>
    public const string Setting = "output", Resume = "resume";

    private static readonly string[] Own = [LoraConfig.FileName, PeftFolder.FileName, "training.json", "checkpoint.safetensors", "loss.svg"];

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The state of an unfinished training.</summary>
    public string StateFile => File("checkpoint.safetensors");

    /// <summary>The record of a finished training.</summary>
    public string RecordFile => File("training.json");

    private string ConfigFile => File(LoraConfig.FileName);

    /// <summary>Makes the folder, and refuses one that holds what a training must not touch.</summary>
    /// <param name="resume">Whether an unfinished training may go on.</param>
    /// <exception cref="PasException">The folder holds other files, or an unfinished training that is not to go on.</exception>
    public void Prepare(bool resume)
    {
        if (System.IO.File.Exists(Path))
        {
            throw new PasException("cannot write the adapter", Path, "a folder", "a file") { Code = ErrorCodes.FileAccess };
        }

        if (!Directory.Exists(Path))
        {
            AtomicFolder.EnsureFree(Path);
            Directory.CreateDirectory(Path);
        }

        if (Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).FirstOrDefault(name => !Own.Contains(name) && !name.EndsWith(".tmp", StringComparison.Ordinal)) is { } other)
        {
            throw new PasException("the folder holds other files than an adapter's", Path, "a new or empty folder, or that of an adapter", $"'{other}'", $"give {SettingName.Of(Setting)} another name") { Code = ErrorCodes.FileAccess };
        }

        // What a killed training was about to write.
        foreach (var left in Own.SelectMany(name => Directory.EnumerateFiles(Path, $".{name}.*.tmp")))
        {
            System.IO.File.Delete(left);
        }

        AtomicFile.EnsureWritable(StateFile);
        if (!resume && System.IO.File.Exists(StateFile))
        {
            throw new PasException("an unfinished training is in the folder", Path, remedy: $"go on with it with {SettingName.Of(nameof(resume))}, or delete the folder") { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>What a finished training wrote, or null.</summary>
    /// <exception cref="PasException">The record is damaged.</exception>
    public SftResult? Finished()
    {
        if (!System.IO.File.Exists(ConfigFile) || !System.IO.File.Exists(RecordFile) || System.IO.File.Exists(StateFile))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SftResult>(System.IO.File.ReadAllBytes(RecordFile), Json);
        }
        catch (JsonException e)
        {
            throw new PasException("the record of the training cannot be read", RecordFile, found: JsonTexts.Reason(e), remedy: "delete the folder and train again", inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>Writes the adapter; from here on the folder can be loaded.</summary>
    /// <returns>Bytes of its files.</returns>
    public long WriteAdapter(LoraModel lora, string baseModel)
    {
        FaultPoint.At("unlink");
        System.IO.File.Delete(ConfigFile);
        using var scope = NewDisposeScope();
        var weights = File(PeftFolder.FileName);
        SafeTensorsWriter.Write(weights, TrainedFactors.Tensors(lora), new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.WriteAllText(ConfigFile, (TrainedFactors.Config(lora) with { BaseModel = baseModel }).ToJson());
        return new FileInfo(weights).Length + new FileInfo(ConfigFile).Length;
    }

    /// <summary>Writes the record and forgets the state: the training is finished.</summary>
    public void Finish(SftResult result)
    {
        AtomicFile.WriteAllText(RecordFile, JsonSerializer.Serialize(result with { Cost = null }, Json) + "\n");
        FaultPoint.At("unlink");
        System.IO.File.Delete(StateFile);
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
