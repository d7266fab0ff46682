using System.Globalization;

namespace PainlessSteering.Engine.Generation;

/// <summary>How the next token is chosen from the logits; each has the meaning that it has in Hugging Face's <c>transformers</c>.</summary>
public sealed record SamplingOptions
{
    /// <summary>The most likely token every time.</summary>
    public static SamplingOptions Greedy { get; } = new();

    /// <summary>Divides the logits; 0 takes the most likely token every time.</summary>
    public double Temperature { get; init; }

    /// <summary>Only so many of the likeliest tokens may be drawn; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability may be drawn; 1 for all. Applied after <see cref="TopK"/>.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens with at least this share of the likeliest token's probability may be drawn; 0 for all. Applied after <see cref="TopP"/>.</summary>
    public double MinP { get; init; }

    /// <summary>Divides the positive logits, and multiplies the negative ones, of all tokens that stand in the prompt or the text; 1 for no change.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>The same seed draws the same tokens from the same logits, whatever else runs beside.</summary>
    public int Seed { get; init; } = 1;

    internal void Check()
    {
        Require(Temperature is >= 0 and < double.PositiveInfinity, nameof(Temperature), "temperature", "0 or more", Temperature);
        Require(TopK >= 0, nameof(TopK), "top-k", "0 or more", TopK);
        Require(TopP is > 0 and <= 1, nameof(TopP), "top-p", "more than 0 and at most 1", TopP);
        Require(MinP is >= 0 and <= 1, nameof(MinP), "min-p", "from 0 to 1", MinP);
        Require(RepetitionPenalty is > 0 and < double.PositiveInfinity, nameof(RepetitionPenalty), "repetition penalty", "more than 0", RepetitionPenalty);
    }

    private static void Require(bool holds, string setting, string name, string expected, IFormattable found)
    {
        if (!holds)
        {
            throw new PasException($"no such {name}", "", expected, found: found.ToString(null, CultureInfo.InvariantCulture)) { Setting = setting };
        }
    }
}
