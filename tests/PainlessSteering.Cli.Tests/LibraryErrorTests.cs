using PainlessSteering.Data;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Evaluation;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Server;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Models;
using PainlessSteering.Training;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli;

/// <summary>What a user of the libraries is told names their own properties and parameters, never an option of the tool.</summary>
public sealed class LibraryErrorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string, Action> Refusals => new()
    {
        { "Rank", ErrorCodes.BadSetting, "Rank: not usable; expected 1 to 1024; found 0", () => new SftOptions { Rank = 0 }.EnsureFits(TinyModels.Llama) },
        { "LearningRate", ErrorCodes.BadSetting, "LearningRate: not usable; expected a number above 0; found NaN", () => new SftOptions { LearningRate = double.NaN }.EnsureFits(TinyModels.Llama) },
        { "Layers", ErrorCodes.BadSetting, "Layers: there is no such layer; expected 0 to 2; found 9", () => new SftOptions { Layers = [9] }.EnsureFits(TinyModels.Llama) },
        { "Layers", ErrorCodes.BadSetting, "Layers: there is no such layer; expected 0 to 2; found 9", () => new FitOptions { Layers = [9] }.EnsureFits(TinyModels.Llama) },
        { "Sites", ErrorCodes.BadSetting, "Sites: no such site; expected one of residual, self_attn, post_attention_layernorm, mlp; found 'nose'", () => SteeringSite.Parse("nose", nameof(FitOptions.Sites)) },
        { "Memory", ErrorCodes.BadSetting, "Memory: not a size; expected a number and a unit, such as 500MB or 8GB; found 'much'", () => ByteSize.Parse("much", nameof(EngineOptions.Memory)) },
        { "Host", ErrorCodes.BadSetting, "Host: others can reach this address, and no API key is set; expected a loopback address; found 0.0.0.0; set an API key, or say Open to serve everyone", () => new ServerOptions { ModelFolder = "", Host = "0.0.0.0" }.Check() },
        { "Port", ErrorCodes.BadSetting, "Port: out of range; expected 0 to 65535; found -1", () => new ServerOptions { ModelFolder = "", Port = -1 }.Check() },
        { "PrefillTokens", ErrorCodes.BadSetting, "PrefillTokens: too small; expected 1 or more; found 0", () => new GenerationEngineOptions { PrefillTokens = 0 }.Check() },
        { "TopP", ErrorCodes.BadSetting, "no such top-p; expected more than 0 and at most 1; found 2", () => new SamplingOptions { TopP = 2 }.Check() },
        { "shape", ErrorCodes.BadSetting, "shape: no such shape; expected 125m or 1b; found '7b'", () => RandomShapes.Find("7b") },
        { "Time", ErrorCodes.BadSetting, "Time: not what Slurm understands; expected letters, digits and -_:,.; found 'a b'", () => new SlurmJob { Name = "x", Folder = Path.GetTempPath(), Command = ["true"], Tasks = 1, Time = "a b" }.Write() },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void ASettingIsNamedAsTheLibraryNamesIt(string setting, string code, string line, Action act)
    {
        var error = Assert.Throws<PasException>(act);
        Assert.Equal((setting, code, line), (error.Setting, error.Code, error.Message));
    }

    [Fact]
    public void ABadRow()
    {
        var error = Assert.Throws<PasException>(() => Dataset.Load(_folder.Write("items.csv", "question,A,B,answer\nq,a,b,C\n")));
        Assert.Equal((ErrorCodes.BadData, null, "mend the row or leave bad rows out with skipBadRows"), (error.Code, error.Setting, error.Remedy));
    }

    [Fact]
    public void AFileThatIsNotThere()
    {
        var error = Assert.Throws<PasException>(() => Dataset.Load(_folder.File("none.csv")));
        Assert.Equal((ErrorCodes.FileMissing, "there is no such file", _folder.File("none.csv")), (error.Code, error.What, error.Where));
    }

    [Fact]
    public void AFileThatIsDamaged() =>
        Assert.Equal(ErrorCodes.FileDamaged, Assert.Throws<PasException>(() => SafetensorsFormat.Read(_folder.Write("v.safetensors", "not one at all"))).Code);

    [Fact]
    public void AVectorThatAnotherProgramCannotExpress()
    {
        var vector = new SteeringVector([1, 2], SteeringSite.SelfAttention, 1, 1, TokenRule.All);
        var error = Assert.Throws<PasException>(() => new SteeringExport().Write(_folder.File("v.gguf"), vector, "gguf"));
        Assert.Equal(ErrorCodes.NotSupported, error.Code);
        Assert.EndsWith("AcceptBlockOutput accepts that", error.Remedy, StringComparison.Ordinal);
    }
}
