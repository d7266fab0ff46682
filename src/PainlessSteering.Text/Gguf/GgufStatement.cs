namespace PainlessSteering.Text.Gguf;

/// <summary>A tokenizer as a GGUF file states it.</summary>
/// <param name="Vocabulary">What it states; every field that it has a key for.</param>
/// <param name="Unsaid">What the tokenizer does and the file cannot say, in words; empty for nothing.</param>
internal sealed record GgufStatement(GgufVocabulary Vocabulary, IReadOnlyList<string> Unsaid);
