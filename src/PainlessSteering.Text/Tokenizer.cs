using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PainlessSteering.Text.Gguf;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.PreTokenizers;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>
/// Text to token ids and back, with the same ids as Hugging Face's <c>tokenizers</c> library gives for the same file.
/// Immutable after loading and safe for concurrent use.
/// </summary>
public sealed class Tokenizer
{
    private readonly TokenizerStages stages;

    /// <summary>Working memory, one for each thread that encodes at the same time.</summary>
    private readonly ConcurrentBag<Session> sessions = [];

    private Tokenizer(TokenizerStages stages) => this.stages = stages;

    /// <summary>Largest id + 1. A model's embedding may have more rows.</summary>
    public int VocabularySize => Math.Max(stages.Model.Vocabulary.Size, stages.Added.Size);

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">A folder with tokenizer.json or else tokenizer.model (SentencePiece), or one of these files.</param>
    /// <exception cref="PasException">There is no such file, it is damaged, or it asks for something unsupported; the error names file and key.</exception>
    public static Tokenizer Load(string path)
    {
        var file = Directory.Exists(path) ? FindIn(path) : path;
        if (!File.Exists(file))
        {
            throw new PasException("there is no such file or folder", path, remedy: "name a folder with a tokenizer.json or a tokenizer.model") { Code = ErrorCodes.FileMissing };
        }

        using var stream = File.OpenRead(file);
        return file.EndsWith(".model", StringComparison.Ordinal)
            ? new Tokenizer(SentencePieceFile.Read(stream, file))
            : Load(stream, file);
    }

    /// <summary>Loads a tokenizer from the text of a tokenizer.json.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="name">The name that errors give the file.</param>
    /// <exception cref="PasException">The text is damaged or asks for something unsupported; the error names file and key.</exception>
    public static Tokenizer Load(Stream json, string name) => new(TokenizerJson.Read(json, name));

    /// <summary>A tokenizer of the vocabulary in a GGUF file, with the ids of the model's own tokenizer.</summary>
    /// <param name="vocabulary">What the file's metadata states.</param>
    /// <exception cref="PasException">The vocabulary is not complete, or of a kind that is not supported.</exception>
    public static Tokenizer Of(GgufVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new Tokenizer(GgufTokenizer.Read(vocabulary));
    }

    /// <summary>The same tokenizer with more added tokens, which have the next free ids.</summary>
    internal Tokenizer With(IEnumerable<AddedToken> added) =>
        new(stages with { Added = new AddedVocabulary([.. stages.Added.Tokens, .. added], stages.Model.Vocabulary, stages.Normalizer) });

    /// <summary>The same tokenizer with other tokens around a text.</summary>
    internal Tokenizer Around(int[] before, int[] after) => new(stages with { PostProcessor = new TemplatePostProcessor([before, null, after]) });

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">Any text; what is not valid UTF-16 in it counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Adds what the file's post-processor adds, usually a token for the beginning of the text. Special tokens written in the text are found either way.</param>
    /// <exception cref="PasException">The file's patterns take too long on this text, or its vocabulary lacks its own unknown token.</exception>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var session = sessions.TryTake(out var free) ? free : new Session(stages.Model.CreateEncoder());
        session.Ids.Clear();
        EncodeRaw(WellFormed(text), session);
        stages.PostProcessor?.Apply(session.Ids, addSpecialTokens);
        int[] ids = [.. session.Ids];
        sessions.Add(session);
        return ids;
    }

    /// <summary>The text of token ids. Ids outside the vocabulary are left out.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var pieces = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (FindPiece(id) is { } piece && !(skipSpecialTokens && stages.Added.IsSpecial(piece)))
            {
                pieces.Add(piece);
            }
        }

        return stages.Decoder is null ? string.Join(' ', pieces) : string.Concat(stages.Decoder.Decode(pieces));
    }

    /// <summary>The piece of an id as the vocabulary stores it, e.g. <c>Ġthe</c> or <c>▁the</c>.</summary>
    /// <exception cref="PasException">No piece has this id.</exception>
    public string Piece(int id) => FindPiece(id)
        ?? throw new PasException(string.Create(CultureInfo.InvariantCulture, $"no token has the id {id}"), expected: string.Create(CultureInfo.InvariantCulture, $"an id below {VocabularySize}")) { Code = ErrorCodes.BadInput };

    /// <summary>Whether there is a piece of this id; vocabularies may have gaps, and a model's embedding may have more rows.</summary>
    public bool Contains(int id) => FindPiece(id) is not null;

    /// <summary>The id of exactly this piece or added token, as the vocabulary stores it; null where there is none.</summary>
    public int? IdOf(string piece) => stages.Added.IdOf(piece) ?? stages.Model.Vocabulary.IdOf(piece);

    /// <summary>Whether a token is special, so that decoding may leave it out.</summary>
    public bool IsSpecial(int id) => FindPiece(id) is { } piece && stages.Added.IsSpecial(piece);

    /// <summary>Whether a folder has a tokenizer that <see cref="Load(string)"/> would take.</summary>
    internal static bool IsIn(string folder) => Find(folder) is not null;

    private static string FindIn(string folder) =>
        Find(folder) ?? throw new PasException("the folder has no tokenizer", folder, expected: "tokenizer.json or tokenizer.model") { Code = ErrorCodes.FileMissing };

    private static string? Find(string folder) => new[] { "tokenizer.json", "tokenizer.model" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The text itself, or a copy in which U+FFFD stands for every half of a surrogate pair.</summary>
    private static string WellFormed(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
        ? text
        : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private string? FindPiece(int id) => stages.Added.Content(id) ?? stages.Model.Vocabulary.Piece(id);

    private void EncodeRaw(string text, Session session)
    {
        if (stages.Added.Raw is null)
        {
            EncodeSegment(text, atTextStart: true, session);
            return;
        }

        var parts = new List<(int Start, int End, int Id)>();
        stages.Added.Raw.Split(text, parts);
        foreach (var (start, end, id) in parts)
        {
            if (id >= 0)
            {
                session.Ids.Add(id);
            }
            else
            {
                EncodeSegment(text[start..end], start == 0, session);
            }
        }
    }

    private void EncodeSegment(string segment, bool atTextStart, Session session)
    {
        var normalized = stages.Normalizer?.Normalize(segment) ?? segment;
        atTextStart = atTextStart && segment.Length > 0 && stages.Normalizer?.KeepsStart(segment) != false;
        if (stages.Added.Normalized is null)
        {
            EncodePieces(normalized, atTextStart, session);
            return;
        }

        var parts = new List<(int Start, int End, int Id)>();
        stages.Added.Normalized.Split(normalized, parts);
        foreach (var (start, end, id) in parts)
        {
            if (id >= 0)
            {
                session.Ids.Add(id);
            }
            else
            {
                EncodePieces(normalized.AsSpan(start, end - start), atTextStart && start == 0, session);
            }
        }
    }

    private void EncodePieces(ReadOnlySpan<char> text, bool atTextStart, Session session)
    {
        session.Pieces.Reset(text, atTextStart);
        stages.PreTokenizer?.Apply(session.Pieces);
        for (var i = 0; i < session.Pieces.Count; i++)
        {
            session.Encoder.Encode(session.Pieces[i], session.Ids);
        }
    }

    private sealed class Session(IPieceEncoder encoder)
    {
        public IPieceEncoder Encoder { get; } = encoder;

        public PieceBuffer Pieces { get; } = new();

        public List<int> Ids { get; } = [];
    }
}
