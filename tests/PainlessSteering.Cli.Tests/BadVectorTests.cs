namespace PainlessSteering.Tests.Cli;

/// <summary>A vector is refused where it does not belong.</summary>
public sealed class BadVectorTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task AVectorForOtherWeightsIsRefusedUnlessForced()
    {
        using var other = new TinyFolder(seed: 2);
        Assert.Equal(0, (await other.FitAsync()).Code);
        string[] eval = ["eval", "--model", _tiny.Model, "--data", _tiny.Items, "--vector", other.Vector];
        var line = await _tiny.RefusedAsync(eval);
        Assert.Contains(": the steering vector was fitted on other weights; expected sha256:", line, StringComparison.Ordinal);
        Assert.Contains("--force", line, StringComparison.Ordinal);

        var run = await Pas.RunAsync([.. eval, "--force", "--json"]);
        Assert.Equal((0, 8), (run.Code, (int)run.Json["items"]!)); // The data are the fit's, so the test split alone is answered.
    }

    [Fact]
    public async Task AVectorOfAnotherSizeCannotBeForced()
    {
        using var other = new TinyFolder(hiddenSize: 16);
        Assert.Equal(0, (await other.FitAsync()).Code);
        var line = await _tiny.RefusedAsync("eval", "--model", _tiny.Model, "--data", _tiny.Items, "--vector", other.Vector, "--force");
        Assert.Contains("does not fit the model's hidden size; expected 24; found 16", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedVectorIsRefused()
    {
        Assert.Equal(0, (await _tiny.FitAsync()).Code);
        var bytes = File.ReadAllBytes(_tiny.Vector);
        File.WriteAllBytes(_tiny.Vector, bytes[..^4]);
        Assert.Contains(_tiny.Vector, await Refused(), StringComparison.Ordinal);

        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), float.NaN);
        File.WriteAllBytes(_tiny.Vector, bytes);
        Assert.Contains("the steering vector is not finite", await Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sound\"", "\"loud!\"", "'protocol'")]
    [InlineData("\"residual\"", "\"resid!!l\"", "'site'")]
    [InlineData("\"format_version\":\"1\"", "\"format_version\":\"4\"", "update this program")]
    public async Task AVectorWithMetadataThatIsNotUnderstood(string from, string to, string what)
    {
        Assert.Equal(0, (await _tiny.FitAsync()).Code);
        var bytes = File.ReadAllBytes(_tiny.Vector);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from));
        System.Text.Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
        File.WriteAllBytes(_tiny.Vector, bytes);
        Assert.Contains(what, await Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherFileIsNoVector()
    {
        Assert.Contains("not a steering vector", await Refused("--vector", _tiny.Weights), StringComparison.Ordinal);
        Assert.Contains(_tiny.File("none"), await Refused("--vector", _tiny.File("none")), StringComparison.Ordinal);
        Assert.Contains(_tiny.Items, await Refused("--vector", _tiny.Items), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    public async Task AStrengthThatIsNoNumber(string strength)
    {
        Assert.Equal(0, (await _tiny.FitAsync()).Code);
        Assert.Equal($"pas: error: --strength: not a number; expected digits and a decimal point, such as 0.5; found '{strength}'\n", await Refused("--strength", strength));
    }

    private async Task<string> Refused(params string[] given) =>
        await _tiny.RefusedAsync(["eval", "--model", _tiny.Model, "--data", _tiny.Items, .. given.Contains("--vector") ? [] : new[] { "--vector", _tiny.Vector }, .. given]);
}
