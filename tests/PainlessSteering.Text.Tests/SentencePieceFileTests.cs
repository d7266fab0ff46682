using System.Buffers.Binary;
using System.Text;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>tokenizer.model alone, written here field by field as the format's definition numbers them.</summary>
public sealed class SentencePieceFileTests
{
    private enum Kind : byte
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Byte = 6,
    }

    private static readonly (string Text, float Score, Kind Kind)[] Pieces =
    [
        ("<unk>", 0, Kind.Unknown), ("<s>", 0, Kind.Control), ("</s>", 0, Kind.Control), ("<0xC3>", 0, Kind.Byte), ("<0xA9>", 0, Kind.Byte),
        ("ab", -1, Kind.Normal), ("bc", 0, Kind.Normal), ("▁a", -2, Kind.Normal), ("abc", -3, Kind.Normal), ("<mask>", 0, Kind.UserDefined),
        ("▁", -4, Kind.Normal), ("a", -5, Kind.Normal), ("b", -6, Kind.Normal), ("c", -7, Kind.Normal), ("aa", -8, Kind.Normal),
    ];

    [Fact]
    public void MergesFollowTheScores()
    {
        var tokenizer = Load(Model(kind: 2));
        Assert.Equal("<s> ▁a bc", Read(tokenizer, "abc")); // bc has the best score, then ▁a; ab comes too late.
        Assert.Equal("<s> ▁ c <0xC3> <0xA9>", Read(tokenizer, "cé"));
        Assert.Equal("<s> ▁ c ▁ <unk>", Read(tokenizer, "c 中中")); // Unknown characters fuse.
        Assert.Equal("<s> ▁ b <mask> ▁a", Read(tokenizer, "b<mask>a")); // The dummy space comes back after a token that is cut out.
        Assert.Equal("<s> ▁ ab ▁ b </s>", Read(tokenizer, "ab b</s>"));
        Assert.Equal("ab é", tokenizer.Decode(tokenizer.Encode("ab é")));
        Assert.Equal("<mask>", tokenizer.Decode(tokenizer.Encode("<mask>")));
        Assert.Equal([1], tokenizer.Encode(""));
    }

    [Fact]
    public void WithoutADummyPrefixTextBeginsAsItIs() => Assert.Equal("<s> abc", Read(Load(Model(kind: 2, dummyPrefix: false)), "abc"));

    [Fact]
    public void OtherKindsAndDamagedFilesAreErrors()
    {
        Assert.Contains("kind", Fails(Model(kind: 1)), StringComparison.Ordinal);
        Assert.Contains("no pieces", Fails([]), StringComparison.Ordinal);
        var whole = Model(kind: 2);
        for (var length = 1; length < whole.Length; length++)
        {
            // A cut between two fields leaves a smaller model; every other one must be told.
            if (Record.Exception(() => Load(whole[..length])) is { } exception)
            {
                Assert.Contains("tokenizer.model", Assert.IsType<PasException>(exception).Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Fields of another kind than the format's, and lengths that the file does not have.</summary>
    [Theory]
    [InlineData(new byte[] { 0x08, 1 }, "field 1 is of another kind")] // A piece that is a number.
    [InlineData(new byte[] { 0x0a, 5, 0x0a, 1, (byte)'x', 0x10, 1 }, "field 2 is of another kind")] // A score that is an integer.
    [InlineData(new byte[] { 0x0a, 6, 0x0a, 1, (byte)'x', 0x1a, 1, 2 }, "field 3 is of another kind")] // A kind that is a text.
    [InlineData(new byte[] { 0x12, 5, 0x1d, 2, 0, 0, 0 }, "field 3 is of another kind")]
    [InlineData(new byte[] { 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }, "ends too early")]
    [InlineData(new byte[] { 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }, "a number is too long")]
    [InlineData(new byte[] { 0x0b }, "unknown wire type")]
    public void WhatIsNoSuchMessageIsAnError(byte[] file, string told) => Assert.Contains(told, Fails(file), StringComparison.Ordinal);

    /// <summary>Merges are looked for at every place of every piece.</summary>
    [Theory]
    [InlineData(1, 200_000)]
    [InlineData(4_000, 1)]
    public void PiecesOfAnyLengthEndInTime(int count, int length)
    {
        static byte[] Piece(string text)
        {
            byte[] inner = [0x0a, .. Varint(text.Length), .. Encoding.UTF8.GetBytes(text)];
            return [0x0a, .. Varint(inner.Length), .. inner];
        }

        static byte[] Varint(int number) => number < 0x80 ? [(byte)number] : [(byte)(number | 0x80), .. Varint(number >> 7)];

        byte[] file = [.. Enumerable.Range(1, count).SelectMany(i => Piece(new string('a', length * i))), 0x12, 2, 0x18, 2];
        Assert.Contains("takes more than 20000000 steps", Assert.IsType<PasException>(CpuLimit.Run("pieces", () => Load(file))).Message, StringComparison.Ordinal);
    }

    private static string Fails(byte[] model) => Assert.Throws<PasException>(() => Load(model)).Message;

    private static string Read(Tokenizer tokenizer, string text) => string.Join(' ', tokenizer.Encode(text).Select(tokenizer.Piece));

    private static Tokenizer Load(byte[] model)
    {
        using var folder = new TempFolder();
        folder.Write("tokenizer.model", model);
        return Tokenizer.Load(folder.Path);
    }

    private static byte[] Model(int kind, bool dummyPrefix = true)
    {
        var message = new List<byte>();
        foreach (var (text, score, pieceKind) in Pieces)
        {
            var single = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(single, score);
            byte[] piece = [.. Text(1, text), (2 << 3) | 5, .. single, 3 << 3, (byte)pieceKind];
            message.AddRange([(1 << 3) | 2, (byte)piece.Length, .. piece]);
        }

        message.AddRange([(2 << 3) | 2, 2, 3 << 3, (byte)kind]);
        message.AddRange([(3 << 3) | 2, 2, 3 << 3, dummyPrefix ? (byte)1 : (byte)0]);
        return [.. message];
    }

    private static byte[] Text(int field, string text) => [(byte)((field << 3) | 2), (byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];
}
