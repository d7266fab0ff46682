using System.Text.Json;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>A file that is about to be written, so that it can be read as one that is there.</summary>
/// <param name="path">Its path.</param>
/// <param name="entries">Its metadata.</param>
/// <param name="factors">Tensors that are part of the configuration.</param>
internal sealed class GgufDraft(string path, IEnumerable<(string Key, object Value)> entries, IReadOnlyDictionary<string, float[]> factors) : IGgufContent
{
    private readonly Dictionary<string, GgufTensor> _tensors = factors.ToDictionary(factor => factor.Key, factor => Tensor(factor.Key, [factor.Value.Length], GgufTensorType.Of("F32")), StringComparer.Ordinal);

    public string Path => path;

    public GgufMetadata Metadata { get; } = new(path, entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal));

    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    public string PlaceOf(GgufTensor tensor) => $"{path}, tensor {SafeTensorsHeader.Quote(tensor.Name)}";

    public float[] ReadFloats(GgufTensor tensor) => factors[tensor.Name];

    /// <summary>Adds a tensor.</summary>
    public void Add(GgufWrittenTensor tensor) => _tensors.Add(tensor.Name, Tensor(tensor.Name, tensor.Shape, tensor.Type));

    /// <summary>The model as who reads the file will take it.</summary>
    /// <exception cref="PasException">It cannot be read.</exception>
    public ModelConfig Read(GgufArchitecture architecture) =>
        ModelConfig.Read(ConfigFile.Of(JsonSerializer.SerializeToElement(GgufKeys.Configuration(new ArchitectureKeys(this, architecture.Name), architecture)), path));

    private static GgufTensor Tensor(string name, long[] shape, GgufTensorType type) => new(name, shape, type, type.Number, 0, type.Bytes(shape.Aggregate(1L, (product, size) => product * size)));
}
