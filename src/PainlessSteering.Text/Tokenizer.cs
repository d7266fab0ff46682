using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PainlessSteering.Text.Gguf;
using PainlessSteering.Text.PostProcessors;

namespace PainlessSteering.Text;

/// <summary>
/// Text to token ids and back, with the same ids as Hugging Face's <c>tokenizers</c> library gives for the same file.
/// Immutable after loading and safe for concurrent use.
/// </summary>
public sealed class Tokenizer
{
    private readonly TokenizerStages stages;

    /// <summary>Working memory, one for each thread that encodes at the same time.</summary>
    private readonly ConcurrentBag<EncodingSession> sessions = [];

    private Tokenizer(TokenizerStages stages) => (this.stages, SpecialIds) = (stages, stages.Added.SpecialIds);

    /// <summary>Keys of its file that are not used, and why.</summary>
    internal IReadOnlyList<UnusedKey> Unused => stages.Unused;

    /// <summary>Largest id + 1. A model's embedding may have more rows.</summary>
    public int VocabularySize => Math.Max(stages.Model.Vocabulary.Size, stages.Added.Size);

    /// <summary>Ids of the special tokens, ascending.</summary>
    public IReadOnlyList<int> SpecialIds { get; }

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

        FileKind.EnsureRegular(file);
        using var stream = File.OpenRead(file);
        return Load(stream, file);
    }

    /// <summary>Loads a tokenizer from the bytes of a file.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">The file's name, for errors; one that ends in <c>.model</c> is a SentencePiece model, all others are a tokenizer.json.</param>
    /// <exception cref="PasException">The text is damaged or asks for something unsupported; the error names file and key.</exception>
    public static Tokenizer Load(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new Tokenizer(name.EndsWith(".model", StringComparison.Ordinal) ? SentencePieceFile.Read(stream, name) : TokenizerJson.Read(stream, name));
    }

    /// <summary>A tokenizer of the vocabulary in a GGUF file, with the ids of the model's own tokenizer.</summary>
    /// <param name="vocabulary">What the file's metadata states.</param>
    /// <exception cref="PasException">The vocabulary is not complete, or of a kind that is not supported.</exception>
    public static Tokenizer Of(GgufVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new Tokenizer(GgufTokenizer.Read(vocabulary));
    }

    /// <summary>Writes it as a tokenizer.json.</summary>
    /// <exception cref="PasException">Its vocabulary, or a step of it, has no place in such a file.</exception>
    internal void WriteJson(Stream stream) => TokenizerJsonWriter.Write(stages, stream);

    /// <summary>It as a GGUF file states it.</summary>
    /// <param name="rows">Rows of the model's embedding: as many pieces there are.</param>
    /// <param name="special">Ids that begin and end a text, and for what cannot be written, where the model's files name them.</param>
    /// <exception cref="PasException">It has something that changes the ids of a text and that such a file cannot state.</exception>
    internal GgufStatement ToGguf(int rows, (int? Begin, int? End, int? Unknown) special) => GgufVocabularyWriter.Write(stages, rows, special);

    /// <summary>The same tokenizer with more added tokens, which have the next free ids.</summary>
    internal Tokenizer With(IEnumerable<AddedToken> added)
    {
        try
        {
            return new(stages with { Added = new AddedVocabulary([.. stages.Added.Tokens, .. added], stages.Model.Vocabulary, stages.Normalizer) });
        }
        catch (TextLimitException error)
        {
            throw error.Of(stages.File);
        }
    }

    /// <summary>The same tokenizer with other tokens around a text.</summary>
    internal Tokenizer Around(int[] before, int[] after) => new(stages with { PostProcessor = new TemplatePostProcessor([before, null, after]) });

    /// <summary>A tokenizer of the text of a tokenizer.json.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="PasException">The text is damaged or asks for something unsupported; the error names the key.</exception>
    public static Tokenizer Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "tokenizer.json");
    }

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">Any text; what is not valid UTF-16 in it counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Adds what the file's post-processor adds, usually a token for the beginning of the text.</param>
    /// <param name="specialTokensInText">Whether a special token that the text spells is that token; otherwise it is encoded as any other text, which is what a stranger's text asks for.</param>
    /// <exception cref="PasException">The file's patterns take too long on this text, or its vocabulary lacks its own unknown token.</exception>
    public int[] Encode(string text, bool addSpecialTokens = true, bool specialTokensInText = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text.AsSpan(), addSpecialTokens, specialTokensInText);
    }

    /// <inheritdoc cref="Encode(string, bool, bool)"/>
    public int[] Encode(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool specialTokensInText = true)
    {
        var session = Run(text, addSpecialTokens, specialTokensInText);
        int[] ids = [.. session.Ids];
        sessions.Add(session);
        return ids;
    }

    /// <summary>The number of a text's tokens; makes no list of them.</summary>
    /// <inheritdoc cref="Encode(string, bool, bool)"/>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool specialTokensInText = true)
    {
        var session = Run(text, addSpecialTokens, specialTokensInText);
        var count = session.Ids.Count;
        sessions.Add(session);
        return count;
    }

    /// <summary>The token ids of many texts, in the order of the texts; all processors take part.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="addSpecialTokens">As in <see cref="Encode(string, bool, bool)"/>.</param>
    /// <param name="specialTokensInText">As in <see cref="Encode(string, bool, bool)"/>.</param>
    /// <param name="cancellation">Stops between two texts.</param>
    /// <exception cref="PasException">As in <see cref="Encode(string, bool, bool)"/>, for the first text that fails.</exception>
    public int[][] EncodeBatch(IReadOnlyList<string> texts, bool addSpecialTokens = true, bool specialTokensInText = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var ids = new int[texts.Count][];
        try
        {
            Parallel.For(0, ids.Length, new ParallelOptions { CancellationToken = cancellation }, i => ids[i] = Encode(texts[i], addSpecialTokens, specialTokensInText));
        }
        catch (AggregateException failed) when (failed.InnerExceptions.OfType<PasException>().FirstOrDefault() is { } first)
        {
            throw first;
        }

        return ids;
    }

    /// <summary>The tokens of a text with the parts of it that they stand for, which are those of Hugging Face's <c>tokenizers</c>.</summary>
    /// <inheritdoc cref="Encode(string, bool, bool)"/>
    public IReadOnlyList<EncodedToken> EncodeToTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool specialTokensInText = true)
    {
        var session = sessions.TryTake(out var free) ? free : new EncodingSession(stages);
        session.Encode(WellFormed(text), !specialTokensInText, traced: true);
        var ofText = new EncodedToken[session.Ids.Count];
        for (var i = 0; i < ofText.Length; i++)
        {
            var piece = Piece(session.Ids[i]);
            var (start, end) = stages.Trim?.Apply(piece, session.Offsets[i], i == 0) ?? session.Offsets[i];
            ofText[i] = new EncodedToken(session.Ids[i], piece, start..end, IsAdded: false);
        }

        sessions.Add(session);

        // The post-processor is given a negative number for each token of the text, so that what it adds is known from them.
        List<int> places = [.. Enumerable.Range(0, ofText.Length).Select(i => ~i)];
        stages.PostProcessor?.Apply(places, addSpecialTokens);
        return [.. places.Select(place => place < 0 ? ofText[~place] : new EncodedToken(place, Piece(place), 0..0, IsAdded: true))];
    }

    /// <summary>The text of token ids. Ids outside the vocabulary are left out.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves special tokens out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var pieces = new List<string>(ids.Length);
        var length = 0L;
        foreach (var id in ids)
        {
            if (FindPiece(id) is { } piece && !(skipSpecialTokens && stages.Added.IsSpecial(piece)))
            {
                pieces.Add(piece);
                length += piece.Length;
            }
        }

        if (stages.Decoder is null)
        {
            return string.Join(' ', pieces);
        }

        using var budget = new TextBudget(length);
        try
        {
            return string.Concat(stages.Decoder.Decode(pieces));
        }
        catch (TextLimitException error)
        {
            throw error.Of(stages.File);
        }
    }

    /// <summary>The bytes of a token of which the vocabulary stores bytes, which may be a part of a character; null where it stores texts, or no such token.</summary>
    /// <param name="id">A token id.</param>
    internal byte[]? Bytes(int id)
    {
        if (FindPiece(id) is not { } piece)
        {
            return null;
        }

        using var budget = new TextBudget(piece.Length);
        return stages.Decoder?.Bytes(piece);
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
    private static ReadOnlySpan<char> WellFormed(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        return Encoding.UTF8.GetString(utf8);
    }

    private EncodingSession Run(ReadOnlySpan<char> text, bool addSpecialTokens, bool specialTokensInText)
    {
        var session = sessions.TryTake(out var free) ? free : new EncodingSession(stages);
        session.Encode(WellFormed(text), !specialTokensInText, traced: false);
        stages.PostProcessor?.Apply(session.Ids, addSpecialTokens);
        return session;
    }

    private string? FindPiece(int id) => stages.Added.Content(id) ?? stages.Model.Vocabulary.Piece(id);
}
