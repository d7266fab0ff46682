using System.Numerics;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Templates;

/// <summary>
/// What parsing or one rendering may cost. A template comes from strangers: every step of it, every item and every character that it makes or
/// looks at is paid for by the size of the work, and whoever recurses asks here whether the stack has room. Ambient, because also comparing
/// two keys costs.
/// </summary>
internal sealed class Budget : IDisposable
{
    /// <summary>Steps of one rendering: a conversation of a thousand turns takes fewer than a million.</summary>
    public const long MostSteps = 5_000_000;

    /// <summary>Characters of one text, and of all output: 16 times the longest context of today's models.</summary>
    public const int LongestText = 16_000_000;

    /// <summary>Calls of macros inside each other; Python ends at about as many.</summary>
    public const int DeepestCall = 200;

    /// <summary>Lists and dictionaries inside each other in a value that is written out; Python ends at about as many.</summary>
    public const int DeepestValue = 1_000;

    /// <summary>Characters that are copied, compared or looked for in a step; and those that are each taken on their own.</summary>
    private const int CharactersPerStep = 32, SingleCharactersPerStep = 4;

    /// <summary>Products of two words of integers in a step.</summary>
    private const int ProductsPerStep = 128;

    /// <summary>Steps between two looks at whether the rendering is still wanted.</summary>
    private const int StepsPerLook = 4_096;
    private const int LargestInteger = 100_000;

    [ThreadStatic]
    private static Budget? current;

    private readonly Budget? outer = current;
    private readonly CancellationToken cancellation;
    private long left;
    private long nextLook;

    /// <summary>Opens the budget of this thread. Inside of another it is what is left of that one, which has the rest back once this is disposed.</summary>
    /// <param name="cancellation">Ends the work.</param>
    public Budget(CancellationToken cancellation = default)
    {
        this.cancellation = cancellation;
        left = nextLook = outer?.left ?? MostSteps;
        current = this;
    }

    public static void Spend(long steps = 1)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException("RecursionError", "nested too deeply");
        }

        if (current is { } budget && (budget.left -= steps) < budget.nextLook)
        {
            budget.Look();
        }
    }

    /// <summary>Pays for a step inside of a value; whether its depth is allowed does not depend on the size of the stack.</summary>
    /// <param name="depth">Lists and dictionaries around it.</param>
    public static void SpendAt(int depth)
    {
        if (depth > DeepestValue)
        {
            throw new TemplateException("RecursionError", "nested too deeply");
        }

        Spend();
    }

    /// <summary>Pays for a text before it is made.</summary>
    public static void SpendText(long length)
    {
        LimitText(length);
        Spend(1 + (length / CharactersPerStep));
    }

    /// <summary>Pays for work that takes each character of a text on its own.</summary>
    public static void SpendCharacters(long count) => Spend(1 + (count / SingleCharactersPerStep));

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

    /// <summary>Pays for a product, a quotient or a change of base, which take the product of both lengths.</summary>
    /// <param name="bits">Length of the one.</param>
    /// <param name="otherBits">Length of the other.</param>
    public static void SpendProduct(double bits, double otherBits)
    {
        SpendBits(Math.Max(bits, otherBits));
        Spend((long)(bits / 32 * (otherBits / 32) / ProductsPerStep));
    }

    public void Dispose()
    {
        current = outer;
        if (outer is not null)
        {
            outer.left = left;
        }
    }

    private void Look()
    {
        if (left < 0)
        {
            throw new TemplateException("LimitError", FormattableString.Invariant($"more than {MostSteps} steps"));
        }

        cancellation.ThrowIfCancellationRequested();
        nextLook = Math.Max(0, left - StepsPerLook);
    }
}
