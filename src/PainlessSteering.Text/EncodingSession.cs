using System.Runtime.InteropServices;
using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.Offsets;
using PainlessSteering.Text.PreTokenizers;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>One thread's working memory for encoding: takes a text through the stages. Reused; not thread safe.</summary>
internal sealed class EncodingSession(TokenizerStages stages)
{
    private readonly IPieceEncoder _encoder = stages.Model.CreateEncoder();
    private readonly PieceBuffer _pieces = new();
    private bool _traced;
    private bool _specialAsText;

    /// <summary>The ids of the last text.</summary>
    public List<int> Ids { get; } = [];

    /// <summary>What the ids stand for in the text, where it was asked for.</summary>
    public List<(int Start, int End)> Offsets { get; } = [];

    /// <summary>Encodes a text, without anything around it.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <param name="specialAsText">Whether special tokens that the text spells are mere text.</param>
    /// <param name="traced">Whether offsets are asked for.</param>
    public void Encode(ReadOnlySpan<char> text, bool specialAsText, bool traced)
    {
        Ids.Clear();
        Offsets.Clear();
        (_specialAsText, _traced) = (specialAsText, traced);
        using var budget = new TextBudget(text.Length);
        try
        {
            EncodeRaw(text);
        }
        catch (TextLimitException error)
        {
            throw error.Of(stages.File);
        }
    }

    private void EncodeRaw(ReadOnlySpan<char> text)
    {
        if (stages.Added.Raw is null)
        {
            EncodeSegment(text, 0);
            return;
        }

        var parts = new List<(int Start, int End, int Id)>();
        stages.Added.Raw.Split(text, parts, _specialAsText);
        foreach (var (start, end, id) in parts)
        {
            if (id >= 0)
            {
                Add(id, (start, end));
            }
            else
            {
                EncodeSegment(text[start..end], start);
            }
        }
    }

    private void EncodeSegment(ReadOnlySpan<char> segment, int at)
    {
        var aligned = _traced ? AlignedText.Of(segment, at) : null;
        var atTextStart = at == 0 && segment.Length > 0;
        var normalized = segment;
        if (stages.Normalizer is { } normalizer)
        {
            var given = segment.ToString();
            atTextStart = atTextStart && normalizer.KeepsStart(given);
            aligned = aligned is null ? null : normalizer.Trace(aligned);
            normalized = aligned?.Text ?? normalizer.Run(given);
        }

        if (stages.Added.Normalized is null)
        {
            EncodePieces(normalized, aligned, 0, atTextStart);
            return;
        }

        var parts = new List<(int Start, int End, int Id)>();
        stages.Added.Normalized.Split(normalized, parts, _specialAsText);
        foreach (var (start, end, id) in parts)
        {
            if (id >= 0)
            {
                Add(id, aligned?.Span(start, end) ?? default);
            }
            else
            {
                EncodePieces(normalized[start..end], aligned, start, atTextStart && start == 0);
            }
        }
    }

    private void EncodePieces(ReadOnlySpan<char> text, AlignedText? aligned, int start, bool atTextStart)
    {
        _pieces.Reset(text, atTextStart, aligned, start);
        stages.PreTokenizer?.Apply(_pieces);
        if (_traced)
        {
            EncodeTraced();
            return;
        }

        for (var i = 0; i < _pieces.Count; i++)
        {
            _encoder.Encode(_pieces[i], Ids);
        }
    }

    private void EncodeTraced()
    {
        var spans = new List<(int Start, int End)>();
        for (var i = 0; i < _pieces.Count; i++)
        {
            var first = Ids.Count;
            _encoder.Encode(_pieces[i], Ids);
            spans.Clear();
            stages.Model.Locate(_pieces[i], CollectionsMarshal.AsSpan(Ids)[first..], spans);
            foreach (var span in spans)
            {
                Offsets.Add(_pieces.Offset(i, span.Start, span.End));
            }
        }
    }

    private void Add(int id, (int Start, int End) span)
    {
        Ids.Add(id);
        if (_traced)
        {
            Offsets.Add(span);
        }
    }
}
