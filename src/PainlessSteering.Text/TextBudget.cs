using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace PainlessSteering.Text;

/// <summary>
/// What loading a tokenizer, or one call of it, may cost. A tokenizer.json comes from strangers: every step of its patterns, every pass
/// over a text and every text that grows is paid for here, across all its stages. Ambient, because patterns lie deep inside other parts.
/// </summary>
internal sealed class TextBudget : IDisposable
{
    /// <summary>
    /// Steps for any text, and more for each character. A step is some nanoseconds. Counted with GPT-2's and Llama's tokenizers: at most 177 a character for texts
    /// of more than 100, 6,246 for shorter ones; a million characters of prose, of one letter, of emoji, marks or random ones stay below the limit.
    /// </summary>
    private const long BaseSteps = 20_000_000, StepsPerCharacter = 100;

    /// <summary>Characters that any text may grow to, and more for each that it has: normalisation to NFKD makes 18 of one.</summary>
    private const long BaseCharacters = 1_000_000, GrowthPerCharacter = 32;

    [ThreadStatic]
    private static TextBudget? current;

    private readonly TextBudget? outer = current;
    private readonly long mostSteps;
    private readonly long mostCharacters;
    private long left;

    /// <summary>Opens the budget of this thread; disposing it brings back the one before.</summary>
    /// <param name="characters">How long the text is.</param>
    public TextBudget(long characters)
    {
        mostSteps = left = StepsFor(characters);
        mostCharacters = BaseCharacters + (GrowthPerCharacter * characters);
        current = this;
    }

    /// <summary>Steps of a search that stands alone.</summary>
    public static long StepsFor(long characters) => BaseSteps + (StepsPerCharacter * characters);

    /// <summary>Steps that are left for a search; what it leaves is brought back by <see cref="Return"/>.</summary>
    public static long Lend(long characters) => current?.left ?? StepsFor(characters);

    public static void Return(long steps)
    {
        if (current is { } budget)
        {
            budget.left = steps;
        }
    }

    /// <summary>Pays for work before it is done.</summary>
    public static void Spend(long steps)
    {
        if (current is { } budget)
        {
            Charge(ref budget.left, steps);
        }
    }

    /// <summary>Refuses a text that would grow too long.</summary>
    public static void Limit(long length)
    {
        if (current is { } budget && length > budget.mostCharacters)
        {
            throw new TextLimitException(Invariant($"makes a text of more than {budget.mostCharacters} characters"));
        }
    }

    /// <summary>Takes steps from what is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Charge(ref long left, long steps)
    {
        if ((left -= steps) < 0)
        {
            Refuse();
        }
    }

    public void Dispose() => current = outer;

    [DoesNotReturn]
    private static void Refuse() => throw new TextLimitException(current is { } budget ? Invariant($"takes more than {budget.mostSteps} steps") : "takes too many steps on this text");
}
