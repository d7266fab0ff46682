using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PainlessSteering.Studies;

/// <summary>Refuses YAML on which YamlDotNet would end the process: it builds and compares nodes by recursion.</summary>
internal static class YamlGuard
{
    private const int Deepest = 64;

    /// <summary>Looks at a text before anything is built of it.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">Its file, for errors.</param>
    /// <exception cref="PasException">It is nested too deeply, or an alias stands for something that does not end before it.</exception>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static void EnsureHarmless(string text, string file)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<AnchorName>(); // Of the lists and mappings that have not ended.
        var whole = new HashSet<AnchorName>();
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case SequenceStart or MappingStart:
                    open.Push(((NodeEvent)parser.Current).Anchor);
                    break;
                case SequenceEnd or MappingEnd:
                    whole.Add(open.Pop());
                    break;
                case Scalar scalar:
                    whole.Add(scalar.Anchor);
                    break;
                case AnchorAlias alias when !whole.Contains(alias.Value):
                    throw new PasException("an alias stands for nothing before it", Place(alias), found: $"'*{alias.Value}'") { Code = ErrorCodes.FileDamaged };
            }

            if (open.Count > Deepest)
            {
                throw new PasException("is nested too deeply", Place(parser.Current!), FormattableString.Invariant($"at most {Deepest} levels")) { Code = ErrorCodes.FileDamaged };
            }
        }

        string Place(ParsingEvent at) => FormattableString.Invariant($"{file}, line {at.Start.Line}");
    }
}
