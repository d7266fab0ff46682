using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Tests.Hub.Stores;

public sealed class ModelStoresTests : IDisposable
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    private readonly MadeUpStores _made = new();

    public void Dispose() => _made.Dispose();

    [Fact]
    public void TheHubsCacheGivesSafetensorsFirstAndElseOneFile()
    {
        var weights = Path.GetDirectoryName(_made.Hub("a/both", "model.safetensors"));
        var beside = _made.Hub("a/both", "both-Q8_0.gguf");
        Assert.Equal(new FoundModel(weights!, "the safetensors were chosen, and not the GGUF files beside them: Q8_0"), _made.Stores.Find("a/both"));
        Assert.Equal(new FoundModel(beside, null), _made.Stores.Find("a/both:Q8_0"));

        var (small, medium) = (_made.Hub("a/packed", "p-Q2_K.gguf"), _made.Hub("a/packed", "p-Q4_K_M.gguf"));
        Assert.Equal(new FoundModel(medium, "p-Q4_K_M.gguf was chosen of 2 GGUF files: Q2_K, Q4_K_M"), _made.Stores.Find("hf.co/a/packed"));
        Assert.Equal(new FoundModel(small, null), _made.Stores.Find("hf:a/packed/p-Q2_K.gguf"));
        Assert.Equal("a/packed: a GGUF file of the quantisation Q6_K is not in the Hugging Face cache; found Q2_K, Q4_K_M; fetch it with 'pas download a/packed:Q6_K', or name one of these", Refused("a/packed:Q6_K"));
        Assert.Contains("found a/packed, which is near; fetch it with 'pas download a/pakced:Q6_K'", Refused("a/pakced:Q6_K"), StringComparison.Ordinal);
        Assert.EndsWith("fetch it with 'pas download a/packed/x.gguf', or name one of these", Refused("a/packed/x.gguf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry.ollama.ai/library/llama3.1/8b", "ollama:llama3.1:8b", "ollama:llama3.1:8b")]
    [InlineData("registry.ollama.ai/library/qwen3/latest", "ollama:Qwen3", "ollama:qwen3:latest")]
    [InlineData("registry.ollama.ai/someone/tuned/v1", "ollama:someone/tuned:v1", "ollama:someone/tuned:v1")]
    [InlineData("hf.co/owner/name-GGUF/Q4_K_M", "ollama:hf.co/owner/name-GGUF:Q4_K_M", "ollama:hf.co/owner/name-GGUF:Q4_K_M")]
    public void OllamasManifestNamesTheFile(string manifest, string name, string listed)
    {
        var blob = _made.Pulled(manifest, Digest, "license");
        Assert.Equal(new FoundModel(blob, null), _made.Stores.Find(name));
        Assert.Equal(new StoredModel(listed, blob), Assert.Single(_made.Stores.Models()));
    }

    [Fact]
    public void WhatOllamaAddsIsToldOrRefused()
    {
        _made.Pulled("registry.ollama.ai/library/a/1", Digest, "template", "params", "license", "new.kind");
        Assert.Equal("of Ollama's model only the GGUF file is used, not its template, params, 'new.kind'", _made.Stores.Find("ollama:a:1").Note);
        _made.Pulled("registry.ollama.ai/library/a/2", Digest, "adapter");
        Assert.Contains("the model has an adapter besides", Refused("ollama:a:2"), StringComparison.Ordinal);
        _made.Pulled("registry.ollama.ai/library/a/3", Digest, "model");
        Assert.Contains("the model has several files", Refused("ollama:a:3"), StringComparison.Ordinal);
        Assert.Equal("ollama:a:4: Ollama has no model of this name; found ollama:a:1, which is near; get it with 'ollama pull a:4'", Refused("ollama:a:4"));
    }

    [Theory]
    [InlineData("sha256:../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("sha256:AAAA")]
    public void ADigestCannotLeaveTheStore(string digest)
    {
        _made.Write(".ollama/models/manifests/registry.ollama.ai/library/a/1", $$"""{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "{{digest}}"}]}""");
        Assert.Contains("names a content that is none of the store", Refused("ollama:a:1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"layers\": 3}")]
    [InlineData("{\"layers\": [{\"mediaType\": 1, \"digest\": 2}]}")]
    [InlineData("{\"layers\": []}")]
    public void AManifestThatIsNoneIsOneLine(string content)
    {
        _made.Write(".ollama/models/manifests/registry.ollama.ai/library/a/1", content);
        Assert.DoesNotContain('\n', Refused("ollama:a:1"));
        Assert.Equal(Refused("ollama:a:1"), Assert.Single(_made.Stores.Models()).Problem);
    }

    [Fact]
    public void LmStudiosFoldersAreOwnerAndName()
    {
        var (first, second) = (_made.Write(".lmstudio/models/o/n/n-Q4_K_M.gguf"), _made.Write(".cache/lm-studio/models/o/old/old.gguf"));
        var other = _made.Write(".lmstudio/models/o/n/n-Q8_0.gguf");
        Assert.Equal(first, _made.Stores.Find("lmstudio:o/n").Path);
        Assert.Equal(other, _made.Stores.Find("lmstudio:o/n:Q8_0").Path);
        Assert.Equal(other, _made.Stores.Find("lmstudio:o/n/n-Q8_0").Path);
        Assert.Equal(second, _made.Stores.Find("lmstudio:o/old/old.gguf").Path);
        Assert.Equal(["lmstudio:o/n/n-Q4_K_M.gguf", "lmstudio:o/n/n-Q8_0.gguf", "lmstudio:o/old/old.gguf"], _made.Stores.Models().Select(model => model.Name));
        Assert.Contains("found Q4_K_M, Q8_0", Refused("lmstudio:o/n:Q6_K"), StringComparison.Ordinal);
    }

    [Fact]
    public void LlamaCppsFilesBeginWithTheRepository()
    {
        var (first, second) = (_made.Write(".cache/llama.cpp/o_n_n-Q4_K_M.gguf"), _made.Write(".cache/llama.cpp/o_n_n-Q8_0.gguf"));
        _made.Write(".cache/llama.cpp/manifest=o=n=latest.json", "{}");
        Assert.Equal(first, _made.Stores.Find("llamacpp:o_n_n-Q4_K_M").Path);
        Assert.Equal(second, _made.Stores.Find("llamacpp:o/n:Q8_0").Path);
        Assert.Equal(new FoundModel(first, "o_n_n-Q4_K_M.gguf was chosen of 2 GGUF files: Q4_K_M, Q8_0"), _made.Stores.Find("llamacpp:o/n"));
        Assert.Contains("found llamacpp:o_n_n-Q8_0.gguf, which is near", Refused("llamacpp:o_n_n-Q8.gguf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama:../../secret")]
    [InlineData("ollama:a/../b:1")]
    [InlineData("ollama:")]
    [InlineData("ollama:a/b/c/d:1")]
    [InlineData("lmstudio:../secret")]
    [InlineData("lmstudio:/etc/passwd")]
    [InlineData("lmstudio:")]
    [InlineData("llamacpp:../secret.gguf")]
    [InlineData("llamacpp:a/../../secret.gguf")]
    public void ANameCannotLeaveItsStore(string name)
    {
        _made.Write("secret.gguf");
        _made.Write(".ollama/models/secret");
        _made.Write(".lmstudio/models/o/n/x.gguf");
        _made.Write(".lmstudio/secret");
        _made.Write(".cache/llama.cpp/x.gguf");
        _made.Write(".cache/secret.gguf");
        Assert.Contains("is no name of a model in this store", Refused(name), StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenEntriesOfTheHubsCacheAreToldAndTheRestIsListed()
    {
        _made.Write("hf/hub/models--a--begun/blobs/x.incomplete");
        _made.Write("hf/hub/models--a--gone/refs/main", HubServer.Commit);
        _made.Write("hf/hub/models--a--odd/refs/main", "../../..");
        _made.Hub("a/pickles", "pytorch_model.bin");
        var good = _made.Hub("a/good", "g.gguf");
        Assert.Equal(
        [
            new("a/begun", null, "nothing of it was ever fetched to its end"), new("a/gone", null, "the commit that the cache notes is not in it"), new("a/good/g.gguf", good),
            new("a/odd", null, "the commit that the cache notes is not in it"), new("a/pickles", null, "no weights in safetensors or GGUF"),
        ], _made.Stores.Models());
        Assert.Equal(good, _made.Stores.Find("a/good/g.gguf").Path);
    }

    [Fact]
    public void WhatIsNearIsTold()
    {
        _made.Pulled("registry.ollama.ai/library/llama3.1/8b", Digest);
        var file = _made.Write("mine/tiny-Q8_0.gguf");
        Assert.Contains("no model of this name; found ollama:llama3.1:8b, which is near; give", Refused("llama3.1:8b"), StringComparison.Ordinal);
        Assert.Contains($"found {file}, which is near", Refused(file.Replace("Q8_0", "Q8_1", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("found", Refused("something/quite/different"), StringComparison.Ordinal);
    }

    private string Refused(string name) => Assert.Throws<PasException>(() => _made.Stores.Find(name)).Message;
}
