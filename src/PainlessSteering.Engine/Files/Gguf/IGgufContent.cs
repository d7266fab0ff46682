namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>What a model's GGUF files say, whether they are read or about to be written.</summary>
internal interface IGgufContent
{
    /// <summary>The file, or the first part.</summary>
    string Path { get; }

    /// <summary>All metadata.</summary>
    GgufMetadata Metadata { get; }

    /// <summary>Tensors of all parts by name.</summary>
    IReadOnlyDictionary<string, GgufTensor> Tensors { get; }

    /// <summary>File and tensor, as errors name them.</summary>
    string PlaceOf(GgufTensor tensor);

    /// <summary>The numbers of a float32 tensor.</summary>
    float[] ReadFloats(GgufTensor tensor);
}
