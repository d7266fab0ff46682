using PainlessSteering.Hub;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Tests.Hub;

/// <summary>Caches as other programs lay them out, built by hand.</summary>
public sealed class HubCacheTests : IDisposable
{
    private const string Blob = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly HubRepository Model = new(HubKind.Model, "owner/name");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ASnapshotIsFoundByBranchTagAndCommit(bool links)
    {
        var root = Directory.CreateDirectory(_folder.File("models--owner--name")).FullName;
        var snapshot = Directory.CreateDirectory(Path.Combine(root, "snapshots", HubServer.Commit, "sub")).Parent!.FullName;
        Directory.CreateDirectory(Path.Combine(root, "blobs"));
        File.WriteAllText(Path.Combine(root, "blobs", Blob), "content");
        foreach (var (name, target) in new[] { ("config.json", $"../../blobs/{Blob}"), ("sub/more.json", $"../../../blobs/{Blob}") })
        {
            if (links)
            {
                File.CreateSymbolicLink(Path.Combine(snapshot, name), target);
            }
            else
            {
                File.WriteAllText(Path.Combine(snapshot, name), "content");
            }
        }

        Directory.CreateDirectory(Path.Combine(root, "refs", "refs", "pr"));
        File.WriteAllText(Path.Combine(root, "refs", "main"), HubServer.Commit);
        File.WriteAllText(Path.Combine(root, "refs", "refs", "pr", "7"), HubServer.Commit + "\n");
        Directory.CreateDirectory(Path.Combine(root, ".no_exist", HubServer.Commit));

        var cache = new HubCache(_folder.Path);
        Assert.All(new[] { "main", "refs/pr/7", HubServer.Commit }, revision => Assert.Equal(snapshot, cache.Find(Model, revision)));
        Assert.Equal(["config.json", "sub/more.json"], HubCache.Files(snapshot));
        Assert.Equal("content", File.ReadAllText(Path.Combine(snapshot, "sub", "more.json")));
        Assert.Equal(snapshot, Find(cache, "owner/name@refs/pr/7").Path);
        Assert.Equal("owner/name", HubCache.NameOf(Path.Combine(snapshot, "sub", "more.json")));
        Assert.Null(cache.Find(Model, "v2"));
        Assert.Null(cache.Find(new HubRepository(HubKind.Dataset, "owner/name")));
    }

    [Fact]
    public void WhatIsMissingIsToldWithTheCommandThatFetchesIt()
    {
        var cache = new HubCache(_folder.Path);
        Assert.EndsWith("fetch it with 'pas download owner/name'", Assert.Throws<PasException>(() => Find(cache, "owner/name")).Message, StringComparison.Ordinal);
        Assert.EndsWith("fetch it with 'pas download owner/name --revision v2'", Assert.Throws<PasException>(() => Find(cache, "owner/name@v2")).Message, StringComparison.Ordinal);
        Assert.Contains("the model folder does not exist", Assert.Throws<PasException>(() => Find(cache, "./no/such")).Message, StringComparison.Ordinal);
        Assert.Equal(_folder.Path, Find(cache, _folder.Path).Path);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("/x")]
    public void ARevisionCannotLeaveItsFolder(string revision) => Assert.Throws<PasException>(() => new HubCache(_folder.Path).Find(Model, revision));

    [Theory]
    [InlineData("gpt2", true)]
    [InlineData("meta-llama/Llama-3.1-8B-Instruct", true)]
    [InlineData("a/b/c", false)]
    [InlineData("../b", false)]
    [InlineData("a--b/c", false)]
    [InlineData("a/b..c", false)]
    [InlineData("a/ b", false)]
    [InlineData("ä/b", false)]
    [InlineData("", false)]
    public void NamesAreThoseOfTheHub(string name, bool valid) => Assert.Equal(valid, HubRepository.IsName(name));

    [Fact]
    public void PatternsChooseInTheirOwnOrder()
    {
        string[] names = ["data/b/train-1.parquet", "data/b/train-0.parquet", "data/a/test.csv", "all/test-0.parquet", "anatomy/test-0.parquet"];
        Assert.Equal(["data/b/train-0.parquet", "data/b/train-1.parquet", "data/a/test.csv"], HubPatterns.Choose(["data/b/train-*.parquet", "none*|**/test.csv"], names));
        Assert.Equal(["anatomy/test-0.parquet"], HubPatterns.Choose(["*/test-*.parquet", "!all/*"], names));
        Assert.Null(HubPatterns.Choose(["data/b/*", "missing"], names));
    }

    [Fact]
    public void TheEnvironmentSaysWhereEverythingIs()
    {
        string? Token(params (string, string)[] variables) => Settings(variables).Token;

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(Path.Combine(home, ".cache/huggingface/hub"), Settings().Cache);
        Assert.Equal("/x/huggingface/hub", Settings(("XDG_CACHE_HOME", "/x")).Cache);
        Assert.Equal("/h/hub", Settings(("XDG_CACHE_HOME", "/x"), ("HF_HOME", "/h")).Cache);
        Assert.Equal("/c", Settings(("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")).Cache);
        Assert.Equal("https://mirror.example/hub/", Settings(("HF_ENDPOINT", "https://mirror.example/hub")).Endpoint.ToString());
        Assert.True(Settings(("HF_HUB_OFFLINE", "true")).Offline);
        Assert.False(Settings(("HF_HUB_OFFLINE", "0")).Offline);
        _folder.Write("token", "hf_file\n");
        Assert.Equal("hf_file", Token(("HF_HOME", _folder.Path)));
        Assert.Equal("hf_variable", Token(("HF_HOME", _folder.Path), ("HF_TOKEN", " hf_variable ")));
        Assert.Null(Token(("HF_HOME", "/none")));
        Assert.Throws<PasException>(() => Token(("HF_TOKEN", "hf_a\nb")));
        Assert.Throws<PasException>(() => Settings(("HF_ENDPOINT", "ftp://x")));
    }

    private static FoundModel Find(HubCache cache, string name) => new ModelStores([new HubStore(cache)]).Find(name);

    private static HubSettings Settings(params (string Name, string Value)[] variables) =>
        HubSettings.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
