using PainlessSteering.Engine.Editing;
using PainlessSteering.Vectors.Formats;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Tests.Cli;

public sealed class PasFitTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task TheVectorIsTheOneOfTheTool()
    {
        Assert.Equal(0, (await _tiny.FitAsync("--layers", "1,2", "--sites", "mlp", "--methods", "PASf", "--seed", "3")).Code);
        var fitted = PainlessSteering.Pas.Fit(_tiny.Model).On(_tiny.Items).WithLayers(1, 2).WithStrengths(1, 4).WithSites(SteeringSite.Mlp)
            .WithMethods(SteeringMethod.Parse("PASf")).WithSeed(3).With(options => options with { Placebos = 1 })
            .Run(cancellation: TestContext.Current.CancellationToken);
        var tools = SafetensorsFormat.Read(_tiny.Vector);
        Assert.Equal(tools.OnlyEdit!.Values.ToArray(), fitted.Vector!.OnlyEdit!.Values.ToArray());
        Assert.Equal((tools.OnlyEdit!.Layer, tools.Strength, tools.OnlyEdit!.Site), (fitted.Vector.OnlyEdit!.Layer, fitted.Vector.Strength, fitted.Vector.OnlyEdit!.Site));
        fitted.Save(_tiny.File("other.safetensors"));
        Assert.Equal(await File.ReadAllBytesAsync(_tiny.Vector, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_tiny.File("other.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void StepsLeaveTheFitBeforeThemAsItWas()
    {
        var begun = PainlessSteering.Pas.Fit(_tiny.Model);
        begun.On(_tiny.Items);
        Assert.Contains("there is nothing to fit on", Assert.Throws<PasException>(() => begun.Run()).Message, StringComparison.Ordinal);
    }
}
