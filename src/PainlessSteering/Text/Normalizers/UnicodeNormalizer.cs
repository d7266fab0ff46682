using System.Text;

namespace PainlessSteering.Text.Normalizers;

/// <summary>A Unicode normalization form: NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    public string Normalize(string text) => text.IsNormalized(form) ? text : text.Normalize(form);
}
