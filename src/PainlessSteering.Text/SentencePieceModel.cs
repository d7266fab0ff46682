using System.Text;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>What a SentencePiece model file says, as far as a BPE vocabulary needs it.</summary>
internal sealed class SentencePieceModel
{
    /// <summary>The value of <see cref="Kind"/> for byte-pair encoding.</summary>
    public const int BytePairEncoding = 2;

    public List<Piece> Pieces { get; } = [];

    /// <summary>1 unigram (the format's default), 2 BPE, 3 word, 4 character.</summary>
    public int Kind { get; private set; } = 1;

    public string UnknownPiece { get; private set; } = "<unk>";

    public string BeginPiece { get; private set; } = "<s>";

    /// <summary>Whether a text begins as if after a space.</summary>
    public bool AddDummyPrefix { get; private set; } = true;

    /// <summary>A piece; its place in the list is its id.</summary>
    /// <param name="Text">The piece, with '▁' for a space.</param>
    /// <param name="Score">What merges are ranked by; higher is earlier.</param>
    /// <param name="Kind">1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte.</param>
    public sealed record Piece(string Text, float Score, int Kind)
    {
        public bool IsUnknown => Kind == 2;

        public bool IsControl => Kind == 3;

        public bool IsUserDefined => Kind == 4;
    }

    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public static SentencePieceModel Parse(ReadOnlySpan<byte> message)
    {
        var model = new SentencePieceModel();
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    model.Pieces.Add(ReadPiece(reader.Bytes));
                    if (model.Pieces.Count > Vocabulary.MostPieces)
                    {
                        throw new InvalidDataException(FormattableString.Invariant($"it has more than {Vocabulary.MostPieces} pieces"));
                    }

                    break;
                case 2:
                    model.ReadTrainer(reader.Bytes);
                    break;
                case 3:
                    model.ReadNormalizer(reader.Bytes);
                    break;
            }
        }

        return model;
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> message)
    {
        var (text, score, kind) = ("", 0f, 1);
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    text = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    kind = (int)reader.Number;
                    break;
            }
        }

        return text.Length > 0 ? new Piece(text, score, kind) : throw new InvalidDataException("a piece is empty");
    }

    private void ReadTrainer(ReadOnlySpan<byte> message)
    {
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case 3:
                    Kind = (int)reader.Number;
                    break;
                case 45:
                    UnknownPiece = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 46:
                    BeginPiece = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> message)
    {
        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            if (reader.Field == 3)
            {
                AddDummyPrefix = reader.Number != 0;
            }
        }
    }
}
