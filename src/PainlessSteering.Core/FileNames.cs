using System.Security.Cryptography;
using System.Text;

namespace PainlessSteering;

/// <summary>Names of files that every system can hold.</summary>
internal static class FileNames
{
    /// <summary>Bytes that a name may have.</summary>
    public const int Longest = 255;

    private const int HashDigits = 16;

    /// <summary>A name as it is where it fits; otherwise its beginning and a hash of the whole, which is the same every time and no other name's.</summary>
    /// <param name="name">The name.</param>
    /// <param name="bytes">Bytes that it may have.</param>
    public static string Fitted(string name, int bytes = Longest)
    {
        if (Encoding.UTF8.GetByteCount(name) <= bytes)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        var (length, room) = (0, bytes - HashDigits - 1);
        foreach (var rune in name.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return $"{name[..length]}~{hash}";
    }
}
