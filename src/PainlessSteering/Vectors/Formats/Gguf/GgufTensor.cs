namespace PainlessSteering.Vectors.Formats.Gguf;

/// <param name="Name">Its name.</param>
/// <param name="Shape">Sizes, the fastest first.</param>
/// <param name="Type">Number of its type in ggml; 0 is float32.</param>
/// <param name="Offset">First byte, counted from the beginning of the data.</param>
internal sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, uint Type, long Offset)
{
    public const uint Float32 = 0;
}
