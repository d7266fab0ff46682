using PainlessSteering.Data;
using PainlessSteering.Data.Tasks;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies;

/// <summary>The study files of the repository: the paper's experiments, and each of them on the demo model.</summary>
public sealed class StudyFilesTests : IDisposable
{
    private static readonly string Folder = DemoStudies.Folder;
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Experiments => [.. DemoStudies.Names];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachIsReadAndNamesTasksOfTheCatalogueOrFilesOfTheRepository()
    {
        Assert.All(DemoStudies.NamesIn(Folder), name =>
        {
            var spec = StudySpec.Load(Path.Combine(Folder, name + ".yaml"));
            Assert.NotEmpty(spec.Models);
            Assert.All(spec.Tasks.Concat(spec.TestOn), task =>
            {
                Assert.All(task.Files ?? [], file => Assert.True(File.Exists(file), file));
                Assert.True(task.Files is not null || TaskCatalog.Find(task.Name).Name == task.Name, task.Name);
            });
            Assert.NotNull(spec.Description);
        });
        Assert.Equal(DemoStudies.NamesIn(Folder).Except(["sft-contrasts"]), DemoStudies.Names); // That one is the demo's own.
    }

    [Fact]
    public void TheMainEffectIsThePapersGrid()
    {
        var spec = StudySpec.Load(Path.Combine(Folder, "main-effect.yaml"));
        Assert.Equal((3, 15, 15, 10, Protocol.Sound), (spec.Models.Count, spec.Tasks.Count, spec.Seeds.Count, spec.Layers!.Count, spec.Protocol));
        Assert.Equal(PainlessSteering.Evaluation.FitOptions.PaperStrengths, spec.Strengths);
        Assert.Equal([SplitSizes.Default], spec.Splits);
        Assert.Equal((5, 12, 799), StudySpec.Load(Path.Combine(Folder, "sample-size-as-released.yaml")).Splits[0].For(5000, Protocol.Paper));
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public async Task TheDemoModelRunsEachOnFewItems(string name)
    {
        var run = await Pas.RunAsync("study", "run", DemoStudies.WriteFew(name, _folder), "--out", _folder.File("out"));
        Assert.True(run.Code == 0, run.Error);
        var results = new ResultStore(_folder.File("out")).Read();
        Assert.Equal(results.Plan.Cells.Count, results.Results.Count);
        Assert.All(results.Results, result => Assert.NotNull(result.Cell.Category));
        switch (name)
        {
            case "four-sites": Assert.Equal(["residual", "self_attn", "post_attention_layernorm", "mlp"], results.Results.Select(result => result.Cell.Site).Distinct()); break;
            case "icl" or "icl-as-released":
                Assert.All(results.Results, result => Assert.Equal((result.Cell.Icl > 0, name == "icl" ? Protocol.Sound : Protocol.Paper), (result.Exemplars > 0, result.Cell.Protocol)));
                break;
            case "fine-tuning":
                Assert.Contains(results.Results, result => result.Cell.Sft is null);
                Assert.All(results.Results.Where(result => result.Cell.Sft is not null), result => Assert.True(Directory.Exists(new ResultStore(_folder.File("out")).AdapterFolder(result.Cell.Id))));
                break;
            case "catastrophic-forgetting":
                Assert.All(results.Results, result =>
                {
                    var transfer = Assert.Single(result.Transfers);
                    Assert.Equal("knowledge", transfer.Task);
                    Assert.Equal(transfer.TestItems.Count, transfer.Overall.Steered.Length);
                    Assert.Equal(3, transfer.Methods.Count);
                });
                break;
            case "sample-size" or "run-duration": Assert.Equal([12, 30], results.Results.Select(result => result.Sizes[0]).Distinct()); break;
            default: break;
        }
    }
}
