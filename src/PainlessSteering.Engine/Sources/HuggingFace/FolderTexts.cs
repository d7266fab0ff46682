using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Tokenizer and chat template of a folder, whatever layout its weights have. Each is read when it is asked for.</summary>
internal sealed class FolderTexts(string path)
{
    private readonly Lazy<(Tokenizer Tokenizer, IReadOnlyList<UnusedPart> Unused)> _tokenizer = new(() => FolderTokenizer.Read(path));
    private readonly Lazy<(ChatTemplate? Template, IReadOnlyList<UnusedPart> Unused)> _template = new(() => FolderTemplate.Read(path));

    public bool HasTokenizer => PainlessSteering.Text.Tokenizer.IsIn(path);

    public Tokenizer Tokenizer => _tokenizer.Value.Tokenizer;

    public ChatTemplate? ChatTemplate => _template.Value.Template;

    /// <summary>What is not used of their files. Both read tokenizer_config.json.</summary>
    public IEnumerable<UnusedPart> Unused => (HasTokenizer ? _tokenizer.Value.Unused : []).Union(_template.Value.Unused);
}
