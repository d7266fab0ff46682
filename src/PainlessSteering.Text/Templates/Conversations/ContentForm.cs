using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>In which forms a template writes the content of messages.</summary>
/// <param name="TakesText">One text.</param>
/// <param name="Parts">How much of a list of parts.</param>
internal sealed record ContentForm(bool TakesText, PartsForm Parts)
{
    /// <summary>Texts only, as most templates.</summary>
    public static ContentForm TextOnly { get; } = new(true, PartsForm.None);

    /// <summary>In none: the template leaves such messages out.</summary>
    public static ContentForm Unwritten { get; } = new(false, PartsForm.None);

    /// <summary>The content in the form that came, if the template takes it, or else in the one that it takes.</summary>
    public JsonNode Write(MessageContent content) => this switch
    {
        { Parts: PartsForm.Every } when content.IsParts || !TakesText => content.Parts(),
        { Parts: PartsForm.First, TakesText: false } => content.OnePart(),
        _ => content.Text,
    };
}

/// <summary>How much a template writes of a list of parts.</summary>
internal enum PartsForm
{
    /// <summary>Nothing, or the list as Python shows it.</summary>
    None,

    /// <summary>The first one alone.</summary>
    First,

    /// <summary>Every one.</summary>
    Every,
}
