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

    /// <summary>Fewest and most code points that a match has; used by look-behind.</summary>
    public (int Least, int Most) Length() => this switch
    {
        Set => (1, 1),
        Concatenation c => c.Parts.Aggregate((0, 0), (sum, part) => (Sum(sum.Item1, part.Length().Least), Sum(sum.Item2, part.Length().Most))),
        Alternation a => (a.Choices.Min(choice => choice.Length().Least), a.Choices.Max(choice => choice.Length().Most)),
        Repetition r => (Product(r.Body.Length().Least, r.Least), Product(r.Body.Length().Most, r.Most)),
        Atomic a => a.Body.Length(),
        _ => (0, 0),
    };

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
