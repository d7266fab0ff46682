using static TorchSharp.torch;

namespace PainlessSteering.Scoring;

/// <summary>Takes the choices' numbers out of hidden states. Safe for concurrent use.</summary>
internal interface IScoreReader
{
    /// <param name="hidden">What <see cref="Engine.CausalLM.Forward"/> gave for a batch.</param>
    /// <param name="indices">For each prompt of the batch its index in the list that the reader was made for.</param>
    /// <param name="leaves">Leaves of each prompt.</param>
    /// <param name="keep">Told the numbers of each prompt and leaf.</param>
    void Read(Tensor hidden, IReadOnlyList<int> indices, int leaves, KeepScores keep);
}

/// <summary>Keeps one number for each choice.</summary>
/// <param name="prompt">Index of the prompt.</param>
/// <param name="leaf">0 for the unsteered one.</param>
/// <param name="scores">[choices] or more; those behind are another prompt's.</param>
internal delegate void KeepScores(int prompt, int leaf, ReadOnlySpan<float> scores);
