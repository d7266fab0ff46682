using static TorchSharp.torch;

namespace PainlessSteering.Scoring;

/// <summary>Takes the choices' numbers out of hidden states. Safe for concurrent use.</summary>
internal interface IScoreReader
{
    /// <summary>So many prompts tell how much probability the answers have; each takes a product with the whole head.</summary>
    const int MassPrompts = 20;

    /// <param name="hidden">What <see cref="Engine.CausalLM.Forward"/> gave for a batch.</param>
    /// <param name="indices">For each prompt of the batch its index in the list that the reader was made for.</param>
    /// <param name="leaves">Leaves of each prompt.</param>
    /// <param name="keep">Told the numbers of each prompt and leaf.</param>
    void Read(Tensor hidden, IReadOnlyList<int> indices, int leaves, KeepScores keep);

    /// <summary>The probability that the choices have together, unsteered, of the first <see cref="MassPrompts"/> prompts; nothing where choices are not single tokens.</summary>
    /// <param name="hidden">As for <see cref="Read"/>.</param>
    /// <param name="indices">As for <see cref="Read"/>.</param>
    /// <param name="leaves">As for <see cref="Read"/>.</param>
    /// <param name="keep">Told the index of a prompt, and the sum of its choices' probabilities.</param>
    void ReadMass(Tensor hidden, IReadOnlyList<int> indices, int leaves, Action<int, double> keep);
}

/// <summary>Keeps one number for each choice.</summary>
/// <param name="prompt">Index of the prompt.</param>
/// <param name="leaf">0 for the unsteered one.</param>
/// <param name="scores">[choices] or more; those behind are another prompt's.</param>
internal delegate void KeepScores(int prompt, int leaf, ReadOnlySpan<float> scores);
