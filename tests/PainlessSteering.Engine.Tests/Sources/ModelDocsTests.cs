using PainlessSteering.Engine.Adapters.Peft.Kinds;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources.Gguf;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>docs/models.md lists what is read.</summary>
public sealed class ModelDocsTests
{
    [Fact]
    public void EveryFamilyArchitectureTypeAndKindOfAdapterIsListed()
    {
        Assert.SkipWhen(Repository.Root is null, "needs the repository");
        var text = File.ReadAllText(Path.Combine(Repository.Root!, "docs", "models.md"));
        var words = text.Split([' ', ',', '`', ';', '.', ':', '|', '\n']).ToHashSet();
        Assert.Superset(ModelFamily.All.SelectMany(family => family.Architectures).ToHashSet(), words);
        Assert.Superset(GgufArchitecture.All.Select(architecture => architecture.Name).ToHashSet(), words);
        Assert.Superset(QuantisedFormat.Methods.Concat(CompressedTensors.Formats).ToHashSet(), words);
        Assert.Superset(AdapterKind.All.SelectMany(kind => kind.Methods).ToHashSet(), words);
        Assert.Superset(GgufTensorType.All.Select(type => type.Name).ToHashSet(), words);
    }
}
