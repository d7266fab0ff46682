using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Text;

namespace PainlessSteering.Engine.Generation;

/// <summary>Continues prompts one at a time on the calling thread; <see cref="GenerationEngine"/> runs many at once. Safe for concurrent use.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="threads">Threads of a matrix product on the CPU; more are faster on an idle machine, and far slower on a busy one.</param>
public sealed class TextGenerator(CausalLM model, Tokenizer tokenizer, int threads = 1)
{
    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text; the tokenizer adds its special tokens.</param>
    /// <param name="options">Length, sampling and steering.</param>
    /// <param name="onText">Given the text piece by piece, on the calling thread.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="PasException">The prompt does not fit the model, a vector does not, or an option is out of range.</exception>
    public GeneratedText Generate(string prompt, GenerationOptions options, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var sequence = new GenerationSequence(model, tokenizer, tokenizer.Encode(prompt), options, int.MaxValue, cancellation);
        using var count = new ThreadCount(threads);
        return Run(sequence, onText);
    }

    private GeneratedText Run(GenerationSequence sequence, Action<string>? onText)
    {
        using var batch = new GenerationBatch(model, new GenerationEngineOptions().PrefillTokens);
        var pieces = new List<GeneratedPiece>();
        batch.Add(sequence);
        while (batch.Count > 0)
        {
            batch.Step();
            for (; sequence.Pieces.TryRead(out var piece); pieces.Add(piece))
            {
                if (piece.Text.Length > 0)
                {
                    onText?.Invoke(piece.Text);
                }
            }
        }

        sequence.Pieces.Completion.GetAwaiter().GetResult(); // Throws what ended it.
        return GeneratedText.Join(pieces);
    }
}
