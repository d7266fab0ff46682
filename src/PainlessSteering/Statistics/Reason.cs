using System.Text.Json.Serialization;

namespace PainlessSteering.Statistics;

/// <summary>Why a verdict is what it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReasonCode>))]
public enum ReasonCode
{
    /// <summary>Helps: the gain is significant.</summary>
    [JsonStringEnumMemberName("significant gain")] SignificantGain,

    /// <summary>Helps: the effect is larger than that of every placebo, and of more of them than chance would leave behind.</summary>
    [JsonStringEnumMemberName("beats every placebo")] BeatsEveryPlacebo,

    /// <summary>Helps: the gain is there without the favoured letter too.</summary>
    [JsonStringEnumMemberName("not a letter's gain")] NotALetter,

    /// <summary>Helps: the steered model is better than answers that need no reading, such as always the shortest choice.</summary>
    [JsonStringEnumMemberName("not a length's gain")] NotAShortcut,

    /// <summary>Hurts: the loss is significant.</summary>
    [JsonStringEnumMemberName("significant loss")] SignificantLoss,

    /// <summary>No evidence: neither gain nor loss is significant.</summary>
    [JsonStringEnumMemberName("not significant")] NotSignificant,

    /// <summary>No evidence: a gain of this size could not have been significant with this many items, even without a loss.</summary>
    [JsonStringEnumMemberName("too few items")] TooFewItems,

    /// <summary>No evidence: a placebo does at least as well.</summary>
    [JsonStringEnumMemberName("a placebo does as well")] PlaceboAsGood,

    /// <summary>No evidence: too few placebos to tell learning from luck at this alpha.</summary>
    [JsonStringEnumMemberName("too few placebos")] TooFewPlacebos,

    /// <summary>No evidence: without the favoured letter there is no gain.</summary>
    [JsonStringEnumMemberName("a letter explains it")] LetterExplains,

    /// <summary>No evidence: the steered model is not shown to be better than answers that need no reading.</summary>
    [JsonStringEnumMemberName("a length explains it")] ShortcutExplains,

    /// <summary>No evidence: strength 0 won on validation.</summary>
    [JsonStringEnumMemberName("validation chose not to steer")] ChoseNotToSteer,

    /// <summary>No evidence: there was no right or no wrong training item to take a difference of.</summary>
    [JsonStringEnumMemberName("vector undefined")] VectorUndefined,
}

/// <summary>One reason of a verdict.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Sentence">For people, with the numbers.</param>
public sealed record Reason(ReasonCode Code, string Sentence);
