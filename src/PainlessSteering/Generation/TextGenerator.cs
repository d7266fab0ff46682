using PainlessSteering.Models;
using PainlessSteering.Text;
using static System.FormattableString;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>Continues prompts, one at a time, on a key and value cache. Safe for concurrent use.</summary>
/// <param name="model">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
public sealed class TextGenerator(CausalLM model, Tokenizer tokenizer)
{
    /// <summary>Tokens of a prompt that one forward pass takes: bounds memory.</summary>
    private const int PrefillRows = 2048;

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text; the tokenizer adds its special tokens.</param>
    /// <param name="options">Length, sampling and steering.</param>
    /// <param name="onText">Given the text piece by piece, on the calling thread.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="PasException">The prompt does not fit the model, a vector does not, or an option is out of range.</exception>
    public GeneratedText Generate(string prompt, GenerationOptions options, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var tokens = Encode(prompt);
        var threads = get_num_threads();
        set_num_threads(options.Threads);
        try
        {
            return Continue(tokens, options, onText, cancellation);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private GeneratedText Continue(int[] prompt, GenerationOptions options, Action<string>? onText, CancellationToken cancellation)
    {
        var most = (int)Math.Min((long)prompt.Length + options.MaxTokens, model.Config.ContextLength) - prompt.Length;
        using var steering = SequenceSteering.Make(options.Vectors, model);
        using var cache = new KVCache(model, prompt.Length + most);
        var sampler = new Sampler(options.Sampling);
        var decoder = new StreamingDecoder(tokenizer, prompt);
        var generated = new List<int>();
        var text = new System.Text.StringBuilder();

        void Emit(string piece)
        {
            if (piece.Length > 0)
            {
                text.Append(piece);
                onText?.Invoke(piece);
            }
        }

        var next = sampler.Next(Prefill(prompt, cache, steering, cancellation));
        while (!model.Config.EndOfSequence.Contains(next))
        {
            generated.Add(next);
            Emit(decoder.Append(next));
            if (generated.Count == most)
            {
                break;
            }

            cancellation.ThrowIfCancellationRequested();
            next = sampler.Next(Step(PackedBatch.Continue([next], [cache.Length]), cache, steering));
        }

        Emit(decoder.Flush());
        return new GeneratedText(
            text.ToString(),
            generated,
            generated.Count < most ? FinishReason.Stop : most < options.MaxTokens ? FinishReason.Context : FinishReason.Length);
    }

    /// <summary>Runs the prompt into the cache.</summary>
    /// <returns>Logits after its last token, [vocabulary].</returns>
    private float[] Prefill(int[] prompt, KVCache cache, SequenceSteering? steering, CancellationToken cancellation)
    {
        for (; prompt.Length - cache.Length > PrefillRows; cancellation.ThrowIfCancellationRequested())
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            Forward(PackedBatch.Append(prompt[cache.Length..(cache.Length + PrefillRows)], cache.Length), cache, steering, endsPrompt: false);
        }

        return Step(PackedBatch.Append(prompt[cache.Length..], cache.Length), cache, steering);
    }

    private float[] Step(PackedBatch batch, KVCache cache, SequenceSteering? steering)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return model.Logits(Forward(batch, cache, steering, endsPrompt: true)).cpu().data<float>().ToArray();
    }

    private Tensor Forward(PackedBatch batch, KVCache cache, SequenceSteering? steering, bool endsPrompt) =>
        model.Forward(batch, steering is null ? null : new GenerationHook([steering], endsPrompt), caches: [cache]);

    private int[] Encode(string prompt)
    {
        var tokens = tokenizer.Encode(prompt);
        if (tokens.Length >= model.Config.ContextLength)
        {
            throw new PasException("the prompt leaves no room in the model's context", null, Invariant($"fewer than {model.Config.ContextLength} tokens"), Invariant($"{tokens.Length}"), "shorten the prompt");
        }

        if (tokens.Length == 0)
        {
            throw new PasException("the prompt is empty", expected: "at least one token");
        }

        return tokens.Max() is var largest && largest < model.Config.VocabularySize
            ? tokens
            : throw new PasException("the tokenizer does not fit the model", null, Invariant($"ids below vocab_size {model.Config.VocabularySize}"), Invariant($"id {largest}"));
    }
}
