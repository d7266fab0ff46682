using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Numbers that are multiplied as they come, and not written anywhere.</summary>
internal unsafe struct MultipliedSixteens : ISixteens
{
    /// <summary>What those of the block are multiplied with.</summary>
    public float* Row;

    /// <summary>The sums of every sixteenth product.</summary>
    public Vector512<float> Sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(Vector512<float> numbers, int at) => Sum = Vector512.FusedMultiplyAdd(numbers, Vector512.Load(Row + at), Sum);
}
