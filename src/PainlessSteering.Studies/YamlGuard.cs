using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PainlessSteering.Studies;

/// <summary>
/// What YAML may ask for. YamlDotNet builds, hashes and compares nodes by recursion, and a node of aliases may stand for more nodes than
/// there are atoms; so a text is measured before anything is built of it. Every limit stands here, and every refusal names it.
/// </summary>
internal static class YamlGuard
{
    /// <summary>Bytes of a file.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Levels of lists and mappings.</summary>
    private const int Deepest = 64;

    /// <summary>Values in all, an alias counting as all that it stands for.</summary>
    private const long MostValues = 100_000;

    /// <summary>Characters of one value.</summary>
    private const int LongestValue = 1 << 16;

    private static readonly string[] Tags = ["str", "int", "float", "bool", "null", "seq", "map"];

    /// <summary>The text of a file whose YAML is harmless.</summary>
    /// <exception cref="PasException">A limit is passed, or it holds what no study file needs.</exception>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static string Read(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > MostBytes)
        {
            throw new PasException("is too large for a study file", file, FormattableString.Invariant($"at most {MostBytes} bytes"), FormattableString.Invariant($"{length}")) { Code = ErrorCodes.FileDamaged };
        }

        var text = File.ReadAllText(file);
        EnsureHarmless(text, file);
        return text;
    }

    private static void EnsureHarmless(string text, string file)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Node>(); // The lists and mappings that have not ended.
        var known = new Dictionary<AnchorName, (long Values, int Depth)>();
        var documents = 0;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            switch (at)
            {
                case DocumentStart when ++documents > 1:
                    throw Refusal("holds more than one document", at, "one");
                case MappingStart or SequenceStart:
                    EnsurePlain((NodeEvent)at);
                    EnsureNoKey(at, "a list or a mapping is a key");
                    open.Push(new Node(((NodeEvent)at).Anchor, at is MappingStart));
                    EnsureDepth(open.Count);
                    break;
                case MappingEnd or SequenceEnd:
                    var ended = open.Pop();
                    Add(ended.Anchor, ended.Values + 1, ended.Depth + 1);
                    break;
                case Scalar scalar:
                    EnsurePlain(scalar);
                    EnsureScalar(scalar);
                    Add(scalar.Anchor, 1, 0);
                    break;
                case AnchorAlias alias:
                    var stands = known.TryGetValue(alias.Value, out var target) ? target : throw new PasException("an alias stands for nothing before it", Place(at), found: Shown($"*{alias.Value}")) { Code = ErrorCodes.FileDamaged };
                    if (stands.Depth > 0)
                    {
                        EnsureNoKey(at, "an alias of a list or a mapping is a key");
                    }

                    Add(AnchorName.Empty, stands.Values, stands.Depth);
                    break;
            }

            void Add(AnchorName anchor, long values, int depth)
            {
                if (!anchor.IsEmpty)
                {
                    known[anchor] = (values, depth);
                }

                if (open.TryPeek(out var parent))
                {
                    parent.Values += values;
                    parent.Depth = Math.Max(parent.Depth, depth);
                    parent.Parts++;
                    EnsureDepth(open.Count + depth);
                    if (parent.Values > MostValues)
                    {
                        throw Refusal("stands for too many values", at, FormattableString.Invariant($"at most {MostValues}, where an alias counts as all that it stands for"));
                    }
                }
            }

            void EnsureDepth(int depth)
            {
                if (depth > Deepest)
                {
                    throw Refusal("is nested too deeply", at, FormattableString.Invariant($"at most {Deepest} levels"));
                }
            }
        }

        bool IsKey() => open.TryPeek(out var parent) && parent.IsMapping && parent.Parts % 2 == 0;

        void EnsureNoKey(ParsingEvent at, string what)
        {
            if (IsKey())
            {
                throw Refusal(what, at, "words as keys");
            }
        }

        void EnsurePlain(NodeEvent node)
        {
            if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && !Tags.Any(tag => node.Tag.Value == "tag:yaml.org,2002:" + tag))
            {
                throw Refusal("a tag is not one that study files know", node, string.Join(", ", Tags.Select(tag => "!!" + tag)), Shown(node.Tag.Value));
            }
        }

        void EnsureScalar(Scalar scalar)
        {
            if (scalar.Value.Length > LongestValue)
            {
                throw Refusal("a value is too long", scalar, FormattableString.Invariant($"at most {LongestValue} characters"), FormattableString.Invariant($"{scalar.Value.Length}"));
            }

            if (IsKey() && scalar is { Value: "<<", Style: ScalarStyle.Plain })
            {
                throw Refusal("merge keys are not read", scalar, "each key written out, or the file of the others under 'base'", "'<<'");
            }
        }

        PasException Refusal(string what, ParsingEvent at, string expected, string? found = null) => new(what, Place(at), expected, found) { Code = ErrorCodes.FileDamaged };

        string Place(ParsingEvent at) => FormattableString.Invariant($"{file}, line {at.Start.Line}");
    }

    private static string Shown(string text) => text.Length > 60 ? $"'{text[..60]}…'" : $"'{text}'";

    /// <summary>A list or mapping and what it has had so far.</summary>
    private sealed class Node(AnchorName anchor, bool isMapping)
    {
        public AnchorName Anchor { get; } = anchor;

        public bool IsMapping { get; } = isMapping;

        public long Values { get; set; }

        public int Depth { get; set; }

        public int Parts { get; set; }
    }
}
