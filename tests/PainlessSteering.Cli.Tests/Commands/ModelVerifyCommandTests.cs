using PainlessSteering.Tests.Models;
using PainlessSteering.Tests.Models.Verification;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class ModelVerifyCommandTests : IDisposable
{
    private readonly TinyModelFolder _model = new();
    private readonly TinyGolden _golden;

    public ModelVerifyCommandTests() => _golden = new TinyGolden(_model.Path);

    public void Dispose()
    {
        _golden.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task TheToolsExitCodeSaysWhetherAllHolds()
    {
        var good = await Pas.RunAsync("model", "verify", "--model", _model.Path, "--golden", _golden.Path);
        Assert.Equal((0, ""), (good.Code, good.Error));
        Assert.EndsWith("All within their bounds.\n", good.Output, StringComparison.Ordinal);
        _golden.Tensors["logits.1"][4, 4] += float.NaN;
        _golden.Write();
        var bad = await Pas.RunAsync("model", "verify", "--model", _model.Path, "--golden", _golden.Path);
        Assert.Equal((1, ""), (bad.Code, bad.Error));
        Assert.EndsWith("NOT EQUAL: logits\n", bad.Output, StringComparison.Ordinal);
        var json = await Pas.RunAsync("model", "verify", "--model", _model.Path, "--golden", _golden.Path, "--json");
        Assert.Equal((1, false, "logits", false), (json.Code, (bool)json.Json["holds"]!, (string)json.Json["differences"]![0]!["kind"]!, (bool)json.Json["differences"]![0]!["holds"]!));
    }
}
