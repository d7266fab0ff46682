using System.Text.Json;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Tests.Vectors;

public class SteeringSiteTests
{
    [Theory]
    [InlineData("residual", "residual", HookPoint.BlockOutput)]
    [InlineData("self_attn", "self_attn", HookPoint.AttentionOutput)]
    [InlineData("post_attention_layernorm", "post_attention_layernorm", HookPoint.MlpInput)]
    [InlineData("post_attn", "post_attention_layernorm", HookPoint.MlpInput)]
    [InlineData("mlp", "mlp", HookPoint.MlpOutput)]
    public void ASiteIsFoundByItsNames(string name, string canonical, HookPoint point)
    {
        var site = SteeringSite.Parse(name);
        Assert.Equal(canonical, site.Name);
        Assert.Equal(point, site.Point);
        Assert.Contains(site, SteeringSite.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Residual")]
    [InlineData("attention")]
    public void AnUnknownSiteIsToldWithAllThatAreKnown(string name)
    {
        var message = Assert.Throws<PasException>(() => SteeringSite.Parse(name)).Message;
        Assert.Contains("residual, self_attn, post_attention_layernorm, mlp", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheNamesAreThoseOfTheReferenceResults()
    {
        using var stream = Shared.Open("golden", "pas", "results_paper_seed39.json");
        using var results = JsonDocument.Parse(stream);
        foreach (var result in results.RootElement.EnumerateArray())
        {
            var name = result.GetProperty("site").GetString()!;
            Assert.Equal(name, SteeringSite.Parse(name).Name);
        }
    }
}
