namespace PainlessSteering.Text.Patterns;

/// <summary>The parsed form of a regular expression.</summary>
internal abstract record PatternSyntax
{
    public sealed record Set(CharacterClass Class) : PatternSyntax;

    public sealed record Concatenation(IReadOnlyList<PatternSyntax> Parts) : PatternSyntax;

    public sealed record Alternation(IReadOnlyList<PatternSyntax> Choices) : PatternSyntax;

    /// <summary>A repetition; <paramref name="Most"/> is <see cref="int.MaxValue"/> where there is no limit.</summary>
    public sealed record Repetition(PatternSyntax Body, int Least, int Most, Greed Greed) : PatternSyntax;

    public sealed record Look(PatternSyntax Body, bool Ahead, bool Negated) : PatternSyntax;

    public sealed record Atomic(PatternSyntax Body) : PatternSyntax;

    public sealed record Assertion(Place Place) : PatternSyntax;

    public static PatternSyntax Empty { get; } = new Concatenation([]);

    /// <summary>Fewest and most code points that a match has; used by look-behind. Each part is asked once, whatever the depth.</summary>
    /// <exception cref="FormatException">The parts are nested too deeply.</exception>
    public (int Least, int Most) Length()
    {
        EnsureRoom();
        return this switch
        {
            Set => (1, 1),
            Concatenation c => c.Parts.Select(part => part.Length()).Aggregate((0, 0), Sum),
            Alternation a => a.Choices.Select(choice => choice.Length()).Aggregate((x, y) => (Math.Min(x.Least, y.Least), Math.Max(x.Most, y.Most))),
            Repetition r => r.Body.Length() is var (least, most) ? (Product(least, r.Least), Product(most, r.Most)) : default,
            Atomic a => a.Body.Length(),
            _ => (0, 0),
        };
    }

    /// <summary>Refuses to go deeper where the stack ends.</summary>
    public static void EnsureRoom()
    {
        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new FormatException("it is nested too deeply");
        }
    }

    private static (int Least, int Most) Sum((int Least, int Most) a, (int Least, int Most) b) => (Sum(a.Least, b.Least), Sum(a.Most, b.Most));

    private static int Sum(int a, int b) => (int)Math.Min((long)a + b, int.MaxValue);

    private static int Product(int a, int b) => (int)Math.Min((long)a * b, int.MaxValue);
}

/// <summary>How much a repetition takes first, and whether it gives back.</summary>
internal enum Greed
{
    Greedy,
    Lazy,
    Possessive,
}

/// <summary>A place that takes no characters.</summary>
internal enum Place
{
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastNewline,
    SearchStart,
    WordBoundary,
    NotWordBoundary,
}
