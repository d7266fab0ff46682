using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Rows that follow each other, from one state of the delta rule to another.</summary>
/// <param name="First">The first row.</param>
/// <param name="Count">How many.</param>
/// <param name="Before">[heads, key size, value size] float32; null at the beginning of a sequence.</param>
/// <param name="Behind">The same shape, gets the state behind the last row; may be the one before the first.</param>
internal readonly record struct DeltaRun(int First, int Count, Tensor? Before, Tensor Behind);
