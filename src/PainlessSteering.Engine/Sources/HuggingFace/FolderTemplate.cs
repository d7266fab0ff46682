using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Reads a folder's chat templates, and the special tokens that they may use.</summary>
internal static class FolderTemplate
{
    /// <summary>The templates, null where there are none, and the keys of their files that are not used.</summary>
    /// <exception cref="PasException">A file cannot be understood, or a template cannot be parsed.</exception>
    public static (ChatTemplate? Template, IReadOnlyList<UnusedPart> Unused) Read(string folder)
    {
        var files = ChatTemplateFiles.Read(folder);
        return (ChatTemplate.Of(files), [.. files.Unused.Select(key => new UnusedPart(key.Place, key.Reason) { IsStrange = key.IsStrange })]);
    }
}
