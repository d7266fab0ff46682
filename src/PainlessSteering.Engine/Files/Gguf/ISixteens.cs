using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>What becomes of the numbers of a block, sixteen neighbours at a time: they are written, or multiplied where they are.</summary>
internal interface ISixteens
{
    /// <summary>Takes sixteen numbers.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="at">Where in the block the first of them is; more at each call of a block.</param>
    void Take(Vector512<float> numbers, int at);
}
