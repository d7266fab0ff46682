using System.Runtime.InteropServices;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Generation;

/// <summary>
/// Sequences that run together: a step takes a piece of a new prompt, or several short prompts, and then one token of every sequence whose
/// prompt has run, in one forward pass. Used by one thread.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="prefillTokens">Most tokens of prompts in one step.</param>
internal sealed class GenerationBatch(CausalLM model, int prefillTokens) : IDisposable
{
    private readonly Queue<GenerationSequence> _new = [];
    private List<GenerationSequence> _running = [];
    private EditPlan? _edits; // Of those that run.
    private bool _editsAreOld;

    /// <summary>How many sequences there are.</summary>
    public int Count => _new.Count + _running.Count;

    /// <summary>Memory that is reserved for the sequences' states.</summary>
    public long Bytes => _new.Concat(_running).Sum(sequence => sequence.Bytes);

    /// <summary>Takes a sequence in and reserves its memory.</summary>
    public void Add(GenerationSequence sequence)
    {
        try
        {
            sequence.Start();
            _new.Enqueue(sequence);
        }
        catch (Exception e)
        {
            sequence.Fail(e);
        }
    }

    /// <summary>One step. A sequence that ends, fails or is cancelled leaves; the others do not notice.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Prefill();
        Keep([.. _running.Where(sequence => !sequence.FailWhereCancelled())]);
        if (_running.Count > 0)
        {
            Decode();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _edits?.Dispose();
        foreach (var sequence in _new.Concat(_running))
        {
            sequence.Fail(new OperationCanceledException());
        }
    }

    /// <summary>Runs pieces of new prompts, as many as a step may take, but at least one.</summary>
    private void Prefill()
    {
        for (var left = prefillTokens; _new.TryPeek(out var sequence) && (left == prefillTokens || Piece(sequence) <= left);)
        {
            if (sequence.FailWhereCancelled())
            {
                _new.Dequeue();
            }
            else
            {
                left -= Piece(sequence);
                Prefill(sequence);
            }
        }
    }

    /// <summary>Tokens of the next piece of a prompt. It begins and ends where it would without the other prompts, so that they do not change its numbers.</summary>
    private int Piece(GenerationSequence sequence) => Math.Min(prefillTokens, sequence.PieceEnd - sequence.State!.Length);

    private void Prefill(GenerationSequence sequence)
    {
        try
        {
            sequence.BeginPiece();
            var state = sequence.State!;
            var end = state.Length + Piece(sequence);
            var ends = end == sequence.Prompt.Length;
            var hook = sequence.Edits?.Hook(ends) ?? (ends ? sequence.Gate?.Recorder() : null);
            var hidden = model.Forward(PackedBatch.Append(sequence.Prompt[state.Length..end], state.Length), hook, states: [state]);
            if (!ends || sequence.Decide())
            {
                return;
            }

            if (sequence.Accept(Logits(hidden)))
            {
                Keep([.. _running, sequence]);
            }
        }
        catch (Exception e)
        {
            sequence.Fail(e);
        }

        _new.Dequeue();
    }

    private void Decode()
    {
        try
        {
            var batch = PackedBatch.Continue([.. _running.Select(sequence => sequence.LastToken)], [.. _running.Select(sequence => sequence.State!.Length)]);
            var logits = Logits(model.Forward(batch, Hook(), states: [.. _running.Select(sequence => sequence.State!)]));
            var goingOn = new List<GenerationSequence>(_running.Count);
            for (var row = 0; row < _running.Count; row++)
            {
                if (GoesOn(_running[row], logits.Slice(row * model.Config.VocabularySize, model.Config.VocabularySize)))
                {
                    goingOn.Add(_running[row]);
                }
            }

            Keep(goingOn);
        }
        catch (Exception e)
        {
            // The pass itself has failed, for want of memory perhaps: no sequence is more to blame than another.
            _running.ForEach(sequence => sequence.Fail(e));
            Keep([]);
        }
    }

    private static bool GoesOn(GenerationSequence sequence, ReadOnlySpan<float> logits)
    {
        try
        {
            return sequence.Accept(logits);
        }
        catch (Exception e)
        {
            sequence.Fail(e);
            return false;
        }
    }

    /// <summary>Float32 of [rows x vocabulary]; valid until the step ends.</summary>
    private ReadOnlySpan<float> Logits(Tensor hidden) => MemoryMarshal.Cast<byte, float>(model.Logits(hidden).cpu().bytes);

    private void Keep(List<GenerationSequence> running)
    {
        if (!running.SequenceEqual(_running))
        {
            _edits?.Dispose(); // At once: the next step may be long in coming.
            _edits = null;
            _editsAreOld = true;
        }

        _running = running;
    }

    private EditHook? Hook()
    {
        if (_editsAreOld)
        {
            _edits = _running.Exists(sequence => sequence.Edits is not null)
                ? new EditPlan([.. _running.Select(sequence => sequence.Edits?.Last ?? [])], model.DataType, model.Device)
                : null;
            _editsAreOld = false;
        }

        return _edits is null ? null : new EditHook(_edits, EditMembers.Prompts);
    }
}
