namespace PainlessSteering.Text.Normalizers;

/// <summary>Changes a text before it is cut into pre-tokens. Immutable.</summary>
internal interface INormalizer
{
    string Normalize(string text);
}
