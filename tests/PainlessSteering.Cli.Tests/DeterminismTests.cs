namespace PainlessSteering.Tests.Cli;

/// <summary>Two runs of the same command give the same bytes, on any number of threads.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("2", "2", ".svg")]
    [InlineData("1", "2", ".png")]
    public async Task AFit(string threads, string otherThreads, string picture)
    {
        var first = await Fit("first", threads, picture);
        var second = await Fit("second", otherThreads, picture);
        Assert.Equal(first.Vector, second.Vector);
        Assert.Equal(first.Picture, second.Picture);
        Assert.Equal(first.Json, second.Json);
        Assert.NotEmpty(first.Vector);
    }

    [Fact]
    public async Task AnotherSeedIsAnotherRun() => Assert.NotEqual((await Fit("first", "2", ".svg")).Json, (await Fit("second", "2", ".svg", "--seed", "2")).Json);

    [Fact]
    public async Task AnEvaluation()
    {
        await _tiny.FitAsync();
        var first = Timeless(await _tiny.EvalAsync("--json", "--strength", "3"));
        Assert.Equal(first, Timeless(await _tiny.EvalAsync("--json", "--strength", "3", "--threads", "1")));
    }

    private async Task<(byte[] Vector, byte[] Picture, string Json)> Fit(string name, string threads, string picture, params string[] more)
    {
        string vector = _tiny.File(name + ".safetensors"), drawn = _tiny.File(name + picture);
        var run = await _tiny.FitAsync([.. more, "--out", vector, "--picture", drawn, "--threads", threads, "--sites", "residual,self_attn,post_attn,mlp", "--placebos", "2", "--json"]);
        Assert.Equal(0, run.Code);
        return (File.ReadAllBytes(vector), File.Exists(drawn) ? File.ReadAllBytes(drawn) : [], Timeless(run)); // Without a font there is no picture.
    }

    private static string Timeless(PasRun run)
    {
        Assert.Equal(0, run.Code);
        var document = run.Json.AsObject();
        Assert.True(document.Remove("seconds"));
        return document.ToJsonString();
    }
}
