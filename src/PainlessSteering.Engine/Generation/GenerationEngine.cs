using System.Runtime.CompilerServices;
using System.Threading.Channels;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Text;

namespace PainlessSteering.Engine.Generation;

/// <summary>
/// Continues many prompts at once on one worker thread: requests join the running batch between two tokens and leave it when they end.
/// Each may be steered in its own way. Safe for concurrent use; neither the model nor the tokenizer is disposed with it.
/// </summary>
public sealed class GenerationEngine : IAsyncDisposable, IDisposable
{
    private readonly CausalLM _model;
    private readonly Tokenizer _tokenizer;
    private readonly GenerationEngineOptions _options;
    private readonly Channel<GenerationSequence[]> _requests = Channel.CreateUnbounded<GenerationSequence[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay, _running;

    /// <summary>Starts the worker.</summary>
    /// <param name="model">The model; its forward passes may run elsewhere at the same time.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">Limits; the default ones if null.</param>
    /// <exception cref="PasException">A limit is out of range.</exception>
    public GenerationEngine(CausalLM model, Tokenizer tokenizer, GenerationEngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_model, _tokenizer, _options) = (model, tokenizer, options ?? new GenerationEngineOptions());
        _options.Check();
        new Thread(Work) { IsBackground = true, Name = "generation" }.Start();
    }

    /// <summary>Whether the worker is there; it ends with <see cref="DisposeAsync"/>, and where a computation fails.</summary>
    public bool Works => !_finished.Task.IsCompleted;

    /// <summary>Sequences that run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Requests that wait for others to end.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref _underWay) - Running);

    /// <summary>Continues a prompt; the request takes its place in the queue before this returns.</summary>
    /// <param name="prompt">Token ids, not empty.</param>
    /// <param name="options">Length, sampling and steering.</param>
    /// <param name="cancellation">Ends the request before its next token; so does an enumeration that is given up.</param>
    /// <returns>The text in pieces, to be enumerated once; the last piece, and no other, has a <see cref="GeneratedPiece.Finish"/>.</returns>
    /// <exception cref="PasException">The prompt does not fit the model, a vector does not, or an option is out of range. Strengths that spoil the logits throw it during the enumeration.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    /// <exception cref="ObjectDisposedException">The engine takes no more requests.</exception>
    public IAsyncEnumerable<GeneratedPiece> StreamAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        return StreamTogether([(prompt, options)], cancellation)[0];
    }

    /// <summary>
    /// Continues several prompts that take their places in the queue together, or not at all: as far as there is room they begin at the same
    /// step, so that in an engine that does nothing else their numbers are the same to the last digit each time.
    /// </summary>
    /// <inheritdoc cref="StreamAsync"/>
    internal IReadOnlyList<IAsyncEnumerable<GeneratedPiece>> StreamTogether(IReadOnlyList<(IReadOnlyList<int> Prompt, GenerationOptions Options)> requests, CancellationToken cancellation)
    {
        CancellationTokenSource[] ends = [.. requests.Select(_ => CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token))];
        try
        {
            var room = Room();
            GenerationSequence[] sequences = [.. requests.Select((request, i) => new GenerationSequence(_model, _tokenizer, request.Prompt, request.Options, room, ends[i].Token))];
            Enqueue(sequences);
            return [.. sequences.Select((sequence, i) => ReadAsync(sequence, ends[i], CancellationToken.None))];
        }
        catch
        {
            Array.ForEach(ends, end => end.Dispose()); // Otherwise the token of the engine would hold on to every request that it refuses.
            throw;
        }
    }

    /// <summary>Continues a prompt to its end.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    public Task<GeneratedText> GenerateAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default) =>
        GeneratedText.JoinAsync(StreamAsync(prompt, options, cancellation));

    /// <summary>Takes no more requests, and returns when those that wait and run have ended.</summary>
    /// <param name="cancellation">Gives up waiting; <see cref="DisposeAsync"/> then ends what is left.</param>
    public Task CompleteAsync(CancellationToken cancellation = default)
    {
        _requests.Writer.TryComplete();
        return _finished.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends all requests before their next token, and the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _finished.Task.ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that know no other way; blocks for at most one step of the model.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Enqueue(GenerationSequence[] sequences)
    {
        var underWay = Interlocked.Add(ref _underWay, sequences.Length);
        if (underWay > (long)_options.MaxSequences + _options.MaxWaiting)
        {
            Interlocked.Add(ref _underWay, -sequences.Length);
            throw new QueueFullException(_options.MaxWaiting);
        }

        if (!_requests.Writer.TryWrite(sequences))
        {
            Interlocked.Add(ref _underWay, -sequences.Length);
            throw new ObjectDisposedException(nameof(GenerationEngine), "the engine takes no more requests");
        }
    }

    private static async IAsyncEnumerable<GeneratedPiece> ReadAsync(
        GenerationSequence sequence, CancellationTokenSource ends, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using (ends)
        {
            try
            {
                using var registration = cancellation.Register(ends.Cancel);
                await foreach (var piece in sequence.Pieces.ReadAllAsync(ends.Token).ConfigureAwait(false))
                {
                    yield return piece;
                }
            }
            finally
            {
                await ends.CancelAsync().ConfigureAwait(false); // The reader may have left before the end.
            }
        }
    }

    private void Work()
    {
        var waiting = new List<GenerationSequence>();
        try
        {
            Libtorch.UseThreads(_options.Threads);
            using var batch = new GenerationBatch(_model, _options.PrefillTokens);
            while (TakeRequests(waiting, idle: waiting.Count + batch.Count == 0))
            {
                var before = waiting.Count + batch.Count;
                Admit(waiting, batch);
                batch.Step();
                Volatile.Write(ref _running, batch.Count);
                Interlocked.Add(ref _underWay, waiting.Count + batch.Count - before);
            }

            _finished.SetResult();
        }
        catch (Exception e)
        {
            _requests.Writer.TryComplete();
            TakeRequests(waiting, idle: false);
            waiting.ForEach(sequence => sequence.Fail(e));
            _finished.SetException(e);
        }
    }

    /// <returns>False where no more will come.</returns>
    private bool TakeRequests(List<GenerationSequence> waiting, bool idle)
    {
        if (idle && !_requests.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            return false;
        }

        while (_requests.Reader.TryRead(out var sequences))
        {
            waiting.AddRange(sequences);
        }

        return true;
    }

    /// <summary>Most tokens of a sequence for whose state there is room.</summary>
    private int Room()
    {
        var fixedBytes = SequenceState.BytesOf(_model, 0);
        var tokenBytes = SequenceState.BytesOf(_model, 1) - fixedBytes;
        var room = _options.KVCacheBytes - fixedBytes;
        return (int)Math.Clamp(tokenBytes == 0 ? room : room / tokenBytes, 0, int.MaxValue);
    }

    /// <summary>Lets sequences begin in the order in which they came.</summary>
    private void Admit(List<GenerationSequence> waiting, GenerationBatch batch)
    {
        waiting.RemoveAll(sequence => sequence.FailWhereCancelled());
        while (waiting.Count > 0 && batch.Count < _options.MaxSequences && batch.Bytes + waiting[0].Bytes <= _options.KVCacheBytes)
        {
            batch.Add(waiting[0]);
            waiting.RemoveAt(0);
            Volatile.Write(ref _running, batch.Count);
        }
    }
}
