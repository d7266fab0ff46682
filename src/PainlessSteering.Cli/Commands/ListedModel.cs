using PainlessSteering.Engine.Sources;
using PainlessSteering.Hub;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Cli.Commands;

/// <summary>A model on this machine, as far as the headers of its files say.</summary>
/// <param name="Name">What <c>--model</c> takes.</param>
/// <param name="Path">Its folder or file; null where it is broken.</param>
internal sealed record ListedModel(string Name, string? Path)
{
    public string? Architecture { get; init; }

    public long? Parameters { get; init; }

    public string? Format { get; init; }

    /// <summary>Bytes of the weights' files.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes that the weights take in memory once they are loaded as they are by default, about.</summary>
    public long? LoadedBytes { get; init; }

    public bool Supported => Problem is null;

    /// <summary>Why it is not supported; null where it is.</summary>
    public string? Problem { get; init; }

    /// <summary>Looks at an entry of a store. What is wrong with it is part of the answer.</summary>
    public static ListedModel Of(StoredModel stored)
    {
        var model = new ListedModel(stored.Name, stored.Path) { Problem = stored.Problem };
        if (stored.Path is not { } path)
        {
            return model;
        }

        try
        {
            model = model with { Bytes = Files(path).Sum(Length), Format = Directory.Exists(path) ? "safetensors" : "GGUF" };
            using var source = ModelSource.Open(path);
            model = model with { Architecture = source.Config.Architecture, Parameters = source.Config.ParameterCount };
            string[] types = [.. source.Weights.Types];
            return model with
            {
                Format = $"{model.Format} {MostOf(types)}",
                LoadedBytes = MemoryNeed.Of(source.Weights, source.Config, LoadOptions.Fitting(source)).Weights,
                Problem = source.HasTokenizer ? null : "it has no tokenizer",
            };
        }
        catch (Exception exception) when (exception is PasException or IOException or UnauthorizedAccessException)
        {
            return model with { Problem = exception.Message };
        }
    }

    /// <summary>The type that most tensors have, without the norms, which are float32 in many files.</summary>
    private static string MostOf(string[] types) =>
        types.GroupBy(type => type, StringComparer.Ordinal).OrderBy(type => type.Key == "F32").ThenByDescending(type => type.Count()).ThenBy(type => type.Key, StringComparer.Ordinal).First().Key;

    private static IEnumerable<string> Files(string path) => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.safetensors")
        : GgufNames.IsGguf(path) ? GgufNames.Parts(path, Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(path)!)) : [path];

    private static long Length(string file) => ((FileInfo?)File.ResolveLinkTarget(file, returnFinalTarget: true) ?? new FileInfo(file)).Length;
}
