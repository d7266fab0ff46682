using System.Numerics;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Templates;

/// <summary>
/// What one rendering may cost. A template comes from strangers: every step of it, every item and every character it makes
/// is paid for, and whoever recurses asks here whether the stack has room. Ambient, because also comparing two keys costs.
/// </summary>
internal sealed class Budget : IDisposable
{
    /// <summary>Steps of one rendering: a conversation of a thousand turns takes fewer than a million.</summary>
    public const long MostSteps = 5_000_000;

    /// <summary>Characters of one text, and of all output: 16 times the longest context of today's models.</summary>
    public const int LongestText = 16_000_000;

    /// <summary>Calls of macros inside each other; Python ends at about as many.</summary>
    public const int DeepestCall = 200;

    private const int CharactersPerStep = 32;
    private const int LargestInteger = 100_000;

    [ThreadStatic]
    private static Budget? current;

    private readonly Budget? outer = current;
    private long left = MostSteps;

    /// <summary>Opens the budget of this thread; disposing it brings back the one before.</summary>
    public Budget() => current = this;

    public static void Spend(long steps = 1)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException("RecursionError", "nested too deeply");
        }

        if (current is { } budget && (budget.left -= steps) < 0)
        {
            throw new TemplateException("LimitError", FormattableString.Invariant($"more than {MostSteps} steps"));
        }
    }

    /// <summary>Pays for a text before it is made.</summary>
    public static void SpendText(long length)
    {
        LimitText(length);
        Spend(1 + (length / CharactersPerStep));
    }

    /// <summary>Refuses a text that grew too long.</summary>
    public static void LimitText(long length)
    {
        if (length > LongestText)
        {
            throw new TemplateException("LimitError", FormattableString.Invariant($"a text of more than {LongestText} characters"));
        }
    }

    /// <summary>Pays for an integer before it is made.</summary>
    public static void SpendBits(double bits)
    {
        if (bits > LargestInteger)
        {
            throw new TemplateException("LimitError", FormattableString.Invariant($"an integer of more than {LargestInteger} bits"));
        }

        Spend(1 + ((long)bits / 256));
    }

    public static void SpendBits(BigInteger value) => SpendBits((double)value.GetBitLength());

    public void Dispose() => current = outer;
}
