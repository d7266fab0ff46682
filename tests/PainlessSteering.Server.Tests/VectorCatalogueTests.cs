using System.Net;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Server;

/// <summary>The vectors' folder as clients see it, also while it changes.</summary>
[Collection(ServerCollection.Name)]
public class VectorCatalogueTests(SharedServer shared)
{
    [Fact]
    public async Task VectorsAreModels()
    {
        var names = (await shared.Server.GetAsync("/v1/models"))["data"]!.AsArray().Select(model => (string?)model!["id"]).ToList();
        Assert.Equal(["base", "model", "base+honest", "base+huge"], names.Take(4));
        Assert.Contains("base+r15", names);
        Assert.DoesNotContain("base+broken", names);
        foreach (var name in new[] { "base", "model", "base+honest", "base%2Bhonest@1.5", "model+r1@2+r2@-1" })
        {
            var model = await shared.Server.GetAsync("/v1/models/" + name);
            Assert.Equal((Uri.UnescapeDataString(name), "model"), ((string?)model["id"], (string?)model["object"]));
        }
    }

    [Fact]
    public async Task AVectorTellsItsVerdict()
    {
        var honest = await shared.Server.GetAsync("/v1/steering/vectors/honest");
        var fit = PainlessSteering.Evaluation.FitArtifact.Result(SafetensorsFormat.Read(Path.Combine(shared.Vectors, "honest.safetensors")))!;
        Assert.Equal(("base+honest", fit.Selected.Site, fit.Selected.Layer, fit.Selected.Strength), ((string?)honest["model"], (string?)honest["site"], (int?)honest["layer"], (double)honest["strength"]!));
        Assert.Equal("helps", (string?)honest["verdict"]);
        Assert.Equal(fit.Effect.Points, (double)honest["effect"]!["points"]!);
        Assert.Equal(fit.Effect.Interval, honest["effect"]!["interval"]!.AsArray().Select(bound => (double)bound!));
        Assert.Equal(fit.Reasons, honest["reasons"]!.AsArray().Select(reason => (string)reason!));
        Assert.Equal("bias", (string?)honest["provenance"]!["data"]);
        Assert.Equal(2, honest["evaluation"]!["sites"]!.AsArray().Count);
        var list = (await shared.Server.GetAsync("/v1/steering/vectors"))["data"]!.AsArray();
        Assert.Null(list.Single(vector => (string?)vector!["id"] == "honest")!["evaluation"]);
        var broken = list.Single(vector => (string?)vector!["id"] == "broken")!;
        Assert.Null(broken["model"]);
        Assert.Contains("broken.safetensors", (string?)broken["error"], StringComparison.Ordinal);
        Assert.DoesNotContain(shared.Vectors, (string?)broken["error"], StringComparison.Ordinal);
        Assert.Null(list.Single(vector => (string?)vector!["id"] == "r1")!["verdict"]);
    }

    [Fact]
    public async Task AVectorTellsOnWhichPromptsItActs()
    {
        using var folder = new TempFolder();
        var plain = DemoVectors.Random(shared.Model, 1);
        SafetensorsFormat.Write(folder.File("acting.safetensors"), new SteeringVector(
            plain.OnlyEdit!.Values, plain.OnlyEdit!.Site, plain.OnlyEdit!.Layer, plain.Strength, plain.TokenRule, plain.Provenance, new SteeringCondition(plain.OnlyEdit!.Values, SteeringSite.Residual, 2, 0.25, 0.9)));
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = folder.Path }, shared.Model);
        var condition = (await server.GetAsync("/v1/steering/vectors/acting"))["condition"]!;
        Assert.Equal(("residual", 2, 0.25, 0.9), ((string?)condition["site"], (int)condition["layer"]!, (double)condition["threshold"]!, (double)condition["accuracy"]!));
    }

    [Fact]
    public async Task FilesComeChangeAndGoWithoutARestart()
    {
        using var folder = new TempFolder();
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = folder.Path }, shared.Model);
        async Task<JsonNode?> Described(string name, Func<JsonNode?, bool> until)
        {
            for (var tries = 0; ; tries++)
            {
                using var response = await server.Client.GetAsync("/v1/steering/vectors/" + name);
                var found = response.StatusCode == HttpStatusCode.NotFound ? null : JsonNode.Parse(await response.Content.ReadAsStringAsync());
                if (until(found))
                {
                    return found;
                }

                Assert.True(tries < 200, $"{name} stayed {found}");
                await Task.Delay(50);
            }
        }

        SafetensorsFormat.Write(folder.File("new.safetensors"), DemoVectors.Random(shared.Model, 1, strength: 2));
        Assert.Equal(2, (double)(await Described("new", found => found is not null))!["strength"]!);
        SafetensorsFormat.Write(folder.File("new.safetensors"), DemoVectors.Random(shared.Model, 1, strength: 31));
        await Described("new", found => (double?)found?["strength"] == 31);
        folder.Write("new.safetensors", "half a file");
        await Described("new", found => found?["error"] is not null);
        Assert.Equal("ok", (string?)(await server.GetAsync("/health"))["status"]);
        File.Delete(folder.File("new.safetensors"));
        await Described("new", found => found is null);
        folder.Write("with+plus.safetensors", "x");
        Assert.Contains("rename", (string?)(await Described("with+plus", found => found is not null))!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AVectorOfOtherWeightsIsRefusedUnlessForced()
    {
        using var other = CausalLM.Random(shared.Model.Config, seed: 5);
        using var folder = new TempFolder();
        SafetensorsFormat.Write(folder.File("foreign.safetensors"), DemoVectors.Random(other, 1));
        foreach (var force in new[] { false, true })
        {
            await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = folder.Path, Force = force }, shared.Model);
            var foreign = await server.GetAsync("/v1/steering/vectors/foreign");
            Assert.Equal(force, foreign["error"] is null);
            Assert.Equal(force ? "base+foreign" : null, (string?)foreign["model"]);
        }
    }

    [Fact]
    public void AMissingFolderIsToldBeforeTheServerStarts()
    {
        var options = new PainlessSteering.Server.ServerOptions { ModelFolder = DemoFolder.PathOf("model"), VectorFolder = "/nowhere" };
        Assert.Contains("/nowhere", Assert.Throws<PasException>(options.Check).Message, StringComparison.Ordinal);
    }
}
