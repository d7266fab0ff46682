namespace PainlessSteering.Tests.Cli;

/// <summary>Steering that leaves the range of numbers is an error with its place and strength, and never the answer A.</summary>
public sealed class NotFiniteTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("1,1e38", "1E+38")]
    [InlineData("1e20", "1E+20")]
    [InlineData("-1e300", "-1E+300")]
    public async Task AGridsStrengthIsNamed(string strengths, string found)
    {
        foreach (var naive in new string[][] { [], ["--naive"] })
        {
            var run = await _tiny.FitAsync(["--strengths", strengths, "--layers", "1", .. naive]);
            Assert.Equal(
                (1, $"pas: error: strength: the steering strength is out of range; expected a number that the model's activations can bear; found {found} at residual of layer 1; lower the strength"),
                (run.Code, run.LastError));
            Assert.False(File.Exists(_tiny.Vector));
        }
    }

    [Theory]
    [InlineData(3e38f)]
    [InlineData(1e25f)]
    public async Task AVectorsPlaceAndStrengthAreNamed(float value)
    {
        Assert.Equal(0, (await _tiny.FitAsync("--layers", "1")).Code);
        var bytes = File.ReadAllBytes(_tiny.Vector);
        for (var at = bytes.Length - (24 * sizeof(float)); at < bytes.Length; at += sizeof(float))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
        }

        File.WriteAllBytes(_tiny.Vector, bytes);
        const string Says = "pas: error: strength: the steering strength is out of range; expected a number that the model's activations can bear; found 0.5 at residual of layer 1; lower the strength";
        var eval = await _tiny.EvalAsync("--strength", "0.5", "--force");
        Assert.Equal((1, Says), (eval.Code, eval.LastError));
        foreach (var verb in new[] { "generate", "chat" })
        {
            string[] prompt = verb == "generate" ? ["hi"] : [];
            var run = await Pas.RunOnAsync("hi\n", [verb, .. prompt, "--model", _tiny.Model, "--vector", _tiny.Vector, "--strength", "0.5", "--force"]);
            Assert.Contains(Says["pas: error: ".Length..], run.Error + run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AFactorThatIsTooMuch()
    {
        Assert.Equal(0, (await _tiny.FitAsync("--strengths", "4")).Code);
        string[] scale = ["vector", "scale", _tiny.Vector, "1e200", "--out", _tiny.Vector];
        Assert.Equal(0, (await Pas.RunAsync(scale)).Code);
        Assert.Contains("the strength is out of range; expected a finite number; found ", await _tiny.RefusedAsync(scale), StringComparison.Ordinal);
    }
}
