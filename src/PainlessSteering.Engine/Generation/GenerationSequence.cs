using System.Threading.Channels;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Text;
using static System.FormattableString;

namespace PainlessSteering.Engine.Generation;

/// <summary>One request: its prompt, what it has generated, and the pieces that its reader has yet to take.</summary>
internal sealed class GenerationSequence
{
    private readonly Channel<GeneratedPiece> _pieces = Channel.CreateUnbounded<GeneratedPiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CausalLM _model;
    private readonly GenerationOptions _options;
    private readonly SteeringEdit? _strongest;
    private readonly Sampler _sampler;
    private readonly StopStrings _stops;
    private readonly StreamingDecoder _decoder;
    private readonly List<int> _tokens = [];
    private readonly List<TokenLogProbability> _chances = [];
    private readonly int _most;
    private SequenceSnapshot? _beforeLast; // Of a state that cannot go back by a token, while the gate has not decided.
    private int _generated;
    private bool _begun; // Text was emitted that is no blank, or blanks count.

    /// <summary>Checks a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">Token ids.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="room">Most tokens that a sequence may have.</param>
    /// <param name="cancellation">Ends the sequence before its next token.</param>
    /// <exception cref="PasException">The prompt does not fit, a vector does not, or an option is out of range.</exception>
    public GenerationSequence(CausalLM model, Tokenizer tokenizer, IReadOnlyList<int> prompt, GenerationOptions options, int room, CancellationToken cancellation)
    {
        options.Check();
        SequenceEdits.EnsureFit(options.Steering, model);
        _model = model;
        _options = options;
        _strongest = options.Steering.SelectMany(steering => steering.Edits).MaxBy(edit => edit.Operation.Reach(edit));
        Prompt = [.. prompt];
        Cancellation = cancellation;
        room = Math.Min(room, model.Config.ContextLength);
        EnsureFits(Prompt, model.Config, room);
        Capacity = (int)Math.Min((long)Prompt.Length + options.MaxTokens, room);
        Bytes = SequenceState.BytesOf(model, Capacity);
        _most = Capacity - Prompt.Length;
        _sampler = new Sampler(options.Sampling, Prompt);
        _stops = new StopStrings(options.StopStrings);
        _decoder = new StreamingDecoder(tokenizer, Prompt);
        _begun = !options.TrimStart;
    }

    /// <summary>Token ids.</summary>
    public int[] Prompt { get; }

    /// <summary>Most tokens that it will have, prompt and all.</summary>
    public int Capacity { get; }

    /// <summary>Ends it before its next token.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>What is generated, as it comes.</summary>
    public ChannelReader<GeneratedPiece> Pieces => _pieces.Reader;

    /// <summary>Memory that its state takes.</summary>
    public long Bytes { get; }

    /// <summary>What its tokens leave behind; null before <see cref="Start"/>.</summary>
    public SequenceState? State { get; private set; }

    /// <summary>What is done to its activations; null for nothing.</summary>
    public SequenceEdits? Edits { get; private set; }

    /// <summary>Decides what steers, by an unsteered run of the prompt; null where that is known.</summary>
    public PromptGate? Gate { get; private set; }

    /// <summary>The token that the next step runs.</summary>
    public int LastToken { get; private set; }

    private bool KeepsPlace => Gate is not null && !State!.CanRewind;

    /// <summary>Reserves its memory.</summary>
    public void Start()
    {
        State = new SequenceState(_model, Capacity);
        Gate = PromptGate.Make(_options.Steering, _model);
        Edits = Gate is null ? SequenceEdits.Make(_options.Steering, _model) : null;
    }

    /// <summary>
    /// Tokens of the prompt that the next piece may reach. Where a gate may want the last one back and the state cannot go back to before it, that one is a
    /// piece of its own.
    /// </summary>
    public int PieceEnd => KeepsPlace && State!.Length < Prompt.Length - 1 ? Prompt.Length - 1 : Prompt.Length;

    /// <summary>To be told before each piece of the prompt.</summary>
    public void BeginPiece()
    {
        if (KeepsPlace && State!.Length == Prompt.Length - 1)
        {
            _beforeLast = State.Snapshot();
        }
    }

    /// <summary>Lets the gate decide, after the unsteered run of the prompt.</summary>
    /// <returns>Whether the prompt, or its last token, must run again, steered.</returns>
    public bool Decide()
    {
        if (Gate is null)
        {
            return false;
        }

        Edits = SequenceEdits.Make(Gate.Acting(), _model);
        Gate.Dispose();
        Gate = null;
        if (Edits is { ReachesEveryToken: false } && _beforeLast is not null)
        {
            State!.Restore(_beforeLast);
        }
        else if (Edits is not null)
        {
            State!.Rewind(Edits.ReachesEveryToken ? 0 : Prompt.Length - 1);
        }

        _beforeLast?.Dispose();
        _beforeLast = null;
        return Edits is not null;
    }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <returns>False where the sequence has ended.</returns>
    /// <exception cref="PasException">Nothing can be chosen from the logits.</exception>
    public bool Accept(ReadOnlySpan<float> logits)
    {
        LogitCheck.EnsureUsable(logits, _strongest);
        var token = _sampler.Next(logits);
        if (_model.Config.EndOfSequence.Contains(token))
        {
            return End(FinishReason.Stop);
        }

        LastToken = token;
        _tokens.Add(token);
        _generated++;
        if (_options.LogProbabilities is { } top)
        {
            _chances.Add(TokenChances.Of(logits, token, top));
        }

        var text = Begun(_stops.Append(_decoder.Append(token)));
        if (_stops.Found)
        {
            Emit(text, FinishReason.Stop);
            return false;
        }

        if (_generated == _most)
        {
            return End(_most < _options.MaxTokens ? FinishReason.Context : FinishReason.Length, text);
        }

        if (text.Length > 0)
        {
            Emit(text, null);
        }

        return true;
    }

    /// <summary>Ends it with an error for its reader, unless it has ended.</summary>
    public void Fail(Exception error)
    {
        Release();
        _pieces.Writer.TryComplete(error);
    }

    /// <summary>Ends it where it is cancelled.</summary>
    public bool FailWhereCancelled()
    {
        if (Cancellation.IsCancellationRequested)
        {
            Fail(new OperationCanceledException(Cancellation));
        }

        return Cancellation.IsCancellationRequested;
    }

    private bool End(FinishReason reason, string text = "")
    {
        text += _stops.Append(_decoder.Flush());
        Emit(Begun(text + _stops.Flush()), _stops.Found ? FinishReason.Stop : reason);
        return false;
    }

    private string Begun(string text)
    {
        text = _begun ? text : text.TrimStart();
        _begun |= text.Length > 0;
        return text;
    }

    private void Emit(string text, FinishReason? finish)
    {
        _pieces.Writer.TryWrite(new GeneratedPiece(text, [.. _tokens], _options.LogProbabilities is null ? null : [.. _chances], finish));
        _tokens.Clear();
        _chances.Clear();
        if (finish is not null)
        {
            Release();
            _pieces.Writer.TryComplete();
        }
    }

    private void Release()
    {
        State?.Dispose();
        _beforeLast?.Dispose();
        Edits?.Dispose();
        Gate?.Dispose();
    }

    private static void EnsureFits(int[] prompt, ModelConfig config, int room)
    {
        if (prompt.Length == 0)
        {
            throw new PasException("the prompt is empty", expected: "at least one token");
        }

        if (prompt.Length >= room)
        {
            var where = room < config.ContextLength ? "the memory for keys and values" : "the model's context";
            throw new PasException($"the prompt leaves no room in {where}", null, Invariant($"fewer than {room} tokens"), Invariant($"{prompt.Length}"), "shorten the prompt") { Code = ErrorCodes.TooLong };
        }

        if (Array.FindIndex(prompt, token => token < 0 || token >= config.VocabularySize) is >= 0 and var bad)
        {
            throw new PasException("the prompt's tokens do not fit the model", null, Invariant($"ids below vocab_size {config.VocabularySize}"), Invariant($"id {prompt[bad]}")) { Code = ErrorCodes.DoesNotFit };
        }
    }
}
