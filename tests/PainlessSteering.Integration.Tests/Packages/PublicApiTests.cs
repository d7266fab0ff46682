using System.Reflection;
using PublicApiGenerator;

namespace PainlessSteering.Tests.Packages;

/// <summary>
/// The API of each package stands in a file, so that no change of it goes unseen. PAINLESS_ACCEPT_API=1 writes what is there now.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages =>
    [
        "PainlessSteering.Core", "PainlessSteering.Text", "PainlessSteering.Hub", "PainlessSteering.Engine",
        "PainlessSteering", "PainlessSteering.Training", "PainlessSteering.Studies", "PainlessSteering.Server",
    ];

    [Theory]
    [MemberData(nameof(Packages))]
    public void IsTheOneThatIsWrittenDown(string package)
    {
        var path = Path.Combine(DotNet.Repository, "tests", "PainlessSteering.Integration.Tests", "Packages", $"{package}.api.txt");
        var found = Assembly.Load(package).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("PAINLESS_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, found);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), found);
    }
}
