using System.Text;

namespace PainlessSteering.Text.Normalizers;

/// <summary>A Unicode normalization form: NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    /// <summary>.NET refuses to normalise this noncharacter. It never combines with its neighbours, so they are normalised without it.</summary>
    private const char Refused = '\uFFFE';

    public string Normalize(string text) => text.Contains(Refused, StringComparison.Ordinal)
        ? string.Join(Refused, text.Split(Refused).Select(Normalize))
        : text.IsNormalized(form) ? text : text.Normalize(form);
}
