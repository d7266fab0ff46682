using System.Text.Json;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Tests.Hub.Stores;

/// <summary>Stores as the programs lay them out, below one folder that stands for the user's.</summary>
internal sealed class MadeUpStores : IDisposable
{
    private const string ModelLayer = "model";

    private readonly TempFolder _home = new();

    public ModelStores Stores => ModelStores.FromEnvironment(name => name == "HOME" ? _home.Path : name == "HF_HOME" ? _home.File("hf") : null);

    public string Ollama => _home.File(".ollama/models");

    public void Dispose() => _home.Dispose();

    public string Write(string path, string content = "GGUF")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home.File(path))!);
        return _home.Write(path, content);
    }

    public string Hub(string repository, string file, string revision = "main")
    {
        var root = $"hf/hub/models--{repository.Replace("/", "--", StringComparison.Ordinal)}";
        Write($"{root}/refs/{revision}", HubServer.Commit);
        var blob = Write($"{root}/blobs/{file.GetHashCode(StringComparison.Ordinal):x}");
        var path = _home.File($"{root}/snapshots/{HubServer.Commit}/{file}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
        return path;
    }

    /// <summary>A model as Ollama notes it.</summary>
    /// <param name="manifest">Path below the manifests.</param>
    /// <param name="digest">Of the layer that is the model.</param>
    /// <param name="others">Kinds of other layers.</param>
    public string Pulled(string manifest, string digest, params string[] others)
    {
        var layers = others.Prepend(ModelLayer).Select(kind => new { mediaType = $"application/vnd.ollama.image.{kind}", digest = kind == ModelLayer ? digest : "sha256:" + new string('0', 64), size = 4 });
        Write($".ollama/models/manifests/{manifest}", JsonSerializer.Serialize(new { schemaVersion = 2, layers }));
        return Write($".ollama/models/blobs/{digest.Replace(':', '-')}");
    }
}
