namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>A block of numbers of few bits, as a type: so that widening many is one loop without calls.</summary>
internal interface IBlock
{
    /// <summary>Numbers of a block: 16 to 256, a power of two.</summary>
    static abstract int Length { get; }

    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>
    /// Where in a block the float16 stand that all its numbers are finite with, whatever its other bits: no product of theirs comes near the greatest float32.
    /// Empty where only the numbers themselves tell.
    /// </summary>
    static virtual ReadOnlySpan<int> FiniteBy => [];

    /// <summary>Gives the numbers of one block, from the first to the last.</summary>
    /// <param name="block">Its bytes.</param>
    /// <param name="into">Takes as many numbers as it has.</param>
    static abstract void Widen<TInto>(ReadOnlySpan<byte> block, ref TInto into)
        where TInto : struct, ISixteens;
}
