namespace PainlessSteering.Engine.Editing;

/// <summary>At which tokens a vector is added (method.md §1).</summary>
public enum TokenRule
{
    /// <summary>The last token of the prompt, then each generated token.</summary>
    Last,

    /// <summary>Every token.</summary>
    All,
}
