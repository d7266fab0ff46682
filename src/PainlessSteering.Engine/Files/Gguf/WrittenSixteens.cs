using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Numbers that are written to memory as float32.</summary>
/// <param name="to">Where those of the block go.</param>
internal unsafe struct WrittenSixteens(float* to) : ISixteens
{
    public float* To = to;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Take(Vector512<float> numbers, int at) => numbers.Store(To + at);
}
