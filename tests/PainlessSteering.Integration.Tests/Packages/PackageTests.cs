using System.IO.Compression;
using System.Xml.Linq;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Packages;

/// <summary>Packs library, server and tool into a folder, and uses them from there as someone without the sources would.</summary>
[Collection(BuildCollection.Name)]
public sealed class PackageTests : IDisposable
{
    private const string Prompt = "A lirp and a yelt met at the market. Who was rude?";

    private static readonly string Platform = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFreshApplicationHasLibraryAndServer()
    {
        string[] packages = ["PainlessSteering.Core", "PainlessSteering.Text", "PainlessSteering.Hub", "PainlessSteering.Engine", "PainlessSteering", "PainlessSteering.Server"];
        foreach (var package in packages)
        {
            await PackAsync(package);
            Assert.Superset(new HashSet<string> { "README.md", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml" }, Entries(package, "nupkg"));
            Assert.Contains($"lib/net10.0/{package}.pdb", Entries(package, "snupkg"));
        }

        WriteSources();
        WriteApplication("PainlessSteering.Server", $"libtorch-cpu-{Platform}");
        _folder.Write("Program.cs", """
            using PainlessSteering.Engine;
            using PainlessSteering.Engine.Generation;
            using PainlessSteering.Server;
            using PainlessSteering.Text;

            using var model = CausalLM.Load(args[0]);
            var tokenizer = Tokenizer.Load(args[0]);
            Console.WriteLine(new TextGenerator(model, tokenizer).Generate(args[1], new GenerationOptions { MaxTokens = 12 }).Text);
            await using var server = PasServer.Create(new ServerOptions { ModelFolder = args[0], Port = 0 }, model, tokenizer);
            await server.StartAsync();
            Console.WriteLine(await new HttpClient().GetStringAsync(server.Urls.First() + "/health"));
            """);
        await DotNet.RunAsync(_folder.Path, "dotnet", "publish", "-c", "Release", "-r", Platform, "--self-contained", "false", "-o", "published");
        Assert.Equal($"{Expected()}\n{{\"status\":\"ok\"}}\n", await DotNet.RunAsync(_folder.Path, "dotnet", Path.Combine("published", "app.dll"), DemoFolder.PathOf("model"), Prompt));

        // Nothing native is of another platform, and what computes and what reads tables is there once.
        var published = Directory.GetFiles(_folder.File("published"), "*", SearchOption.AllDirectories);
        Assert.Equal([], published.Where(file => NativeFile.Platform(file) is { } platform && platform != Platform).Select(Path.GetFileName));
        Assert.Single(published, file => Path.GetFileNameWithoutExtension(file) is "libduckdb" or "duckdb");
        Assert.Single(published, file => Path.GetFileNameWithoutExtension(file) is "libtorch_cpu" or "torch_cpu");
    }

    /// <summary>Whoever wants tokens gets managed code only: nothing that computes, reads tables or draws comes along.</summary>
    [Fact]
    public async Task AFreshApplicationOfTextHasNothingElse()
    {
        await PackAsync("PainlessSteering.Core");
        await PackAsync("PainlessSteering.Text");
        Assert.Superset(new HashSet<string> { "README.md", "lib/net10.0/PainlessSteering.Text.dll", "lib/net10.0/PainlessSteering.Text.xml" }, Entries("PainlessSteering.Text", "nupkg"));
        WriteSources();
        WriteApplication("PainlessSteering.Text");
        _folder.Write("Program.cs", """
            using PainlessSteering.Text;

            Console.WriteLine(string.Join(' ', Tokenizer.Load(args[0]).Encode(args[1])));
            """);
        var ids = await DotNet.RunAsync(_folder.Path, "dotnet", "run", "-c", "Release", "--", DemoFolder.PathOf("model"), Prompt);
        Assert.Equal(Tokenizer.Load(DemoFolder.PathOf("model")).Encode(Prompt), ids.Trim().Split(' ').Select(int.Parse));
        Assert.Equal(
            ["PainlessSteering.Core.dll", "PainlessSteering.Text.dll", "app.dll"],
            Directory.EnumerateFiles(_folder.File(Path.Combine("bin", "Release")), "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheToolIsInstalledAndRuns()
    {
        await PackAsync("PainlessSteering.Cli", $"-p:ToolPackageRuntimeIdentifiers={Platform}");
        Assert.Contains("README.md", Entries("PainlessSteering.Tool", "nupkg"));
        WriteSources();
        await DotNet.RunAsync(_folder.Path, "dotnet", "tool", "install", "PainlessSteering.Tool", "--version", Version("PainlessSteering.Tool"), "--tool-path", "tools");
        var pas = _folder.File(Path.Combine("tools", OperatingSystem.IsWindows() ? "pas.exe" : "pas"));
        Assert.Equal($"{Expected()}\n", await DotNet.RunAsync(_folder.Path, pas, "generate", "--model", DemoFolder.PathOf("model"), "--max-tokens", "12", Prompt));
        Assert.Single(Directory.EnumerateFiles(_folder.File("tools"), "bias.jsonl", SearchOption.AllDirectories)); // For pas demo.
    }

    private Task<string> PackAsync(string project, params string[] properties) => DotNet.RunAsync(
        DotNet.Repository, "dotnet", ["pack", $"src/{project}", "-c", DotNet.Configuration, "-o", _folder.File("feed"), "--nologo", .. properties]);

    private void WriteApplication(string package, string? other = null) => _folder.Write("app.csproj", $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package}" Version="{Version(package)}" />
            {(other is null ? "" : $"<PackageReference Include=\"{other}\" Version=\"{Pinned(other)}\" />")}
          </ItemGroup>
        </Project>
        """);

    /// <summary>The packed ones come from the folder; what they depend on is already where the build has put it, or at nuget.org.</summary>
    private void WriteSources() => _folder.Write("nuget.config", $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="packages" /></config>
          <packageSources>
            <clear />
            <add key="feed" value="feed" />
            <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
          </packageSources>
          <packageSourceMapping>
            <packageSource key="feed"><package pattern="PainlessSteering*" /></packageSource>
            <packageSource key="nuget.org"><package pattern="*" /></packageSource>
          </packageSourceMapping>
          <fallbackPackageFolders><add key="build" value="{Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")}" /></fallbackPackageFolders>
        </configuration>
        """);

    private HashSet<string> Entries(string package, string extension)
    {
        using var zip = ZipFile.OpenRead(_folder.File(Path.Combine("feed", $"{package}.{Version(package)}.{extension}")));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>Of the package that was just made.</summary>
    private string Version(string package) => Path.GetFileNameWithoutExtension(
        Directory.GetFiles(_folder.File("feed"), $"{package}.*.nupkg").Select(Path.GetFileName).Single(name => char.IsDigit(name![package.Length + 1]))!)[(package.Length + 1)..];

    private static string Pinned(string package) => XDocument.Load(Path.Combine(DotNet.Repository, "Directory.Packages.props"))
        .Descendants("PackageVersion").Single(entry => (string?)entry.Attribute("Include") == package).Attribute("Version")!.Value;

    private static string Expected()
    {
        using var model = CausalLM.Load(DemoFolder.PathOf("model"));
        return new TextGenerator(model, Tokenizer.Load(DemoFolder.PathOf("model"))).Generate(Prompt, new GenerationOptions { MaxTokens = 12 }).Text;
    }
}
