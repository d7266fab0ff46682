namespace PainlessSteering.Text.Patterns;

/// <summary>Reads a bracketed class after its '[': ranges, nested classes, intersection with <c>&amp;&amp;</c>, POSIX brackets.</summary>
/// <param name="source">The pattern.</param>
/// <param name="ignoreCase">Whether every member brings its other cases.</param>
internal sealed class PatternClassParser(PatternCursor source, bool ignoreCase)
{
    private const int DeepestNesting = 50;

    public CharacterClass Parse(int depth = 0)
    {
        if (depth > DeepestNesting)
        {
            throw source.Wrong("too deeply nested classes");
        }

        var negated = source.Take('^');
        CharacterClass? left = null;
        List<CharacterClass> members = [];
        var first = true; // A ']' in the first place is a member.
        while (first || source.Peek() != ']')
        {
            if (source.Take("&&"))
            {
                left = Intersection(left, members);
                members = [];
            }
            else
            {
                members.Add(Member(depth));
            }

            first = false;
        }

        source.Take(']');
        var set = Intersection(left, members);
        set = ignoreCase ? CaseFolding.Close(set) : set;
        return negated ? set.Negated() : set;
    }

    private static CharacterClass Intersection(CharacterClass? left, List<CharacterClass> members)
    {
        var union = members.Count == 1 ? members[0] : new CharacterClass(c => members.Any(member => member.Contains(c)), members.Sum(member => member.Parts));
        return left is null ? union : new CharacterClass(c => left.Contains(c) && union.Contains(c), left.Parts + union.Parts);
    }

    private CharacterClass Member(int depth)
    {
        if (source.Take("[:"))
        {
            var name = source.TakeUntil(":]") ?? throw source.Wrong("'[:' without ':]'");
            var property = UnicodeSets.BracketProperty(name.TrimStart('^')) ?? throw source.Wrong($"the class '[:{name}:]' is not supported");
            return name.StartsWith('^') ? new CharacterClass(property).Negated() : new CharacterClass(property);
        }

        if (source.Take('['))
        {
            return Parse(depth + 1);
        }

        if (Single(out var low) is { } set)
        {
            return set;
        }

        if (source.Peek() != '-' || source.Peek(1) is ']' or '\0')
        {
            return CharacterClass.Of(low);
        }

        source.Take('-');
        return Single(out var high) is null && low <= high
            ? new CharacterClass(c => c >= low && c <= high)
            : throw source.Wrong("a range whose end is not a character after its beginning");
    }

    /// <summary>Reads one character, or the set that an escape names (then it is returned).</summary>
    private CharacterClass? Single(out int codePoint)
    {
        codePoint = source.Next();
        if (codePoint != '\\')
        {
            return null;
        }

        if (PatternEscapes.Set(source) is { } set)
        {
            return set;
        }

        codePoint = source.Take('b') ? '\b' : PatternEscapes.Character(source);
        return null;
    }
}
