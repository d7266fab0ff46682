using System.IO.Compression;
using System.Text;

namespace PainlessSteering.Data;

/// <summary>Writes a JSON file anew as the format's own rules want it: UTF-8, no byte-order marks, no comma behind a last entry, and null for the numbers that JSON does not have.</summary>
/// <remarks>Python writes NaN for a value that is missing; other tools begin a file, or each of several files put together, with a mark.</remarks>
internal static class JsonMending
{
    private static readonly string[] NotNumbers = ["NaN", "Infinity", "-Infinity", "-NaN"];

    /// <summary>Copies a file, mended; the number of NaN and infinite numbers in it.</summary>
    /// <exception cref="PasException">It is not the text that its mark says it is.</exception>
    public static long Copy(string source, string target, string place, bool utf16, CancellationToken cancellation)
    {
        using Stream file = File.OpenRead(source);
        var (first, second) = (file.ReadByte(), file.ReadByte());
        file.Position = 0;
        using var plain = (first, second) == (0x1f, 0x8b) ? new GZipStream(file, CompressionMode.Decompress) : file;
        Encoding encoding = utf16 ? new UnicodeEncoding(bigEndian: first == 0xfe, byteOrderMark: true, throwOnInvalidBytes: true) : new UTF8Encoding(false, throwOnInvalidBytes: true);
        using var reader = new StreamReader(plain, encoding, detectEncodingFromByteOrderMarks: false);
        using var writer = new StreamWriter(target, append: false, new UTF8Encoding(false));
        try
        {
            return Copy(reader, writer, cancellation);
        }
        catch (DecoderFallbackException exception)
        {
            throw new PasException($"cannot be read: it is not {(utf16 ? "UTF-16" : "UTF-8")} throughout", place, remedy: "save it as UTF-8", inner: exception) { Code = ErrorCodes.BadData };
        }
    }

    private static long Copy(StreamReader reader, StreamWriter writer, CancellationToken cancellation)
    {
        var word = new StringBuilder();
        var comma = false;
        var (inText, escaped, mended) = (false, false, 0L);
        void EndWord()
        {
            if (word.Length > 0 && NotNumbers.Contains(word.ToString()))
            {
                mended++;
                word.Clear().Append("null");
            }

            if (word.Length > 0)
            {
                EndComma();
            }

            writer.Write(word);
            word.Clear();
        }

        void EndComma()
        {
            writer.Write(comma ? "," : "");
            comma = false;
        }

        var block = new char[1 << 14];
        for (var read = reader.Read(block); read > 0; read = reader.Read(block))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var c in block.AsSpan(0, read))
            {
                if (inText)
                {
                    writer.Write(c);
                    (inText, escaped) = (c != '"' || escaped, c == '\\' && !escaped);
                }
                else if (char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '.')
                {
                    word.Append(c);
                }
                else if (c != '\uFEFF')
                {
                    EndWord();
                    if (c is ']' or '}')
                    {
                        comma = false;
                    }
                    else if (!char.IsWhiteSpace(c))
                    {
                        EndComma();
                    }

                    comma |= c == ',';
                    writer.Write(c == ',' ? "" : c.ToString());
                    inText = c == '"';
                }
            }
        }

        EndWord();
        return mended;
    }
}
