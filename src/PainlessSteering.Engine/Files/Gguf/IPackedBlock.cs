namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>A block that can be made of numbers too, with the rounding of llama.cpp's reference, so that its files and these are equal byte by byte.</summary>
internal interface IPackedBlock : IBlock
{
    /// <summary>Writes one block.</summary>
    /// <param name="values">As many numbers as it has; finite.</param>
    /// <param name="block">Its bytes, all of which are written.</param>
    static abstract void Pack(ReadOnlySpan<float> values, Span<byte> block);
}
