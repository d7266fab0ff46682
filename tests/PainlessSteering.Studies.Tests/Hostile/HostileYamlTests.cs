using System.Globalization;
using System.Text;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies.Hostile;

/// <summary>Study files that ask for too much are refused in one line that names the limit, and no key vanishes.</summary>
public sealed class HostileYamlTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Func<string>, string> Files => new()
    {
        { "aliases that double", () => "tasks: a\nx0: &x0 [a, a]\n" + Lines(60, i => $"x{i + 1}: &x{i + 1} [*x{i}, *x{i}]"), "where an alias counts as all that it stands for" },
        { "mappings that double", () => "x0: &x0 {a: 1, b: 2}\n" + Lines(60, i => $"x{i + 1}: &x{i + 1} {{a: *x{i}, b: *x{i}}}"), "at most 100000" },
        { "nine of nine of nine", () => "x0: &x0 [l,o,l,l,o,l,l,o,l]\n" + Lines(9, i => $"x{i + 1}: &x{i + 1} [{string.Join(',', Enumerable.Repeat($"*x{i}", 9))}]"), "at most 100000" },
        { "a shared list as a key", () => "x: &x [a, a]\ntasks: {? *x : 1}", "words as keys" },
        { "a list as a key", () => "? [a, b]\n: 1", "words as keys" },
        { "a mapping as a key", () => "? {a: 1}\n: 1", "words as keys" },
        { "deep lists", () => "tasks: " + new string('[', 5000) + new string(']', 5000), "at most 64 levels" },
        { "deep mappings", () => "tasks: " + Repeat("{a: ", 5000) + Repeat("}", 5000), "at most 64 levels" },
        { "deep by indentation", () => string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n")), "at most 64 levels" },
        { "deep by aliases", () => "x0: &x0 [a]\n" + Lines(99, i => $"x{i + 1}: &x{i + 1} [*x{i}]"), "at most 64 levels" },
        { "many values", () => "tasks: [" + Repeat("a, ", 200_000) + "a]", "at most 100000" },
        { "many keys", () => Lines(120_000, i => $"k{i}: 1"), "expected at most 1048576 bytes" },
        { "a long value", () => "tasks: " + Repeat("a", 200_000), "at most 65536 characters" },
        { "a long block", () => "description: |\n" + Repeat("  a\n", 100_000), "at most 65536 characters" },
        { "a large file", () => "# " + Repeat("x", 2_000_000), "expected at most 1048576 bytes" },
        { "two documents", () => "tasks: a\n---\ntasks: b", "more than one document" },
        { "a tag of Python", () => "tasks: !!python/object/apply:os.system [ls]", "found 'tag:yaml.org,2002:python/object/apply:os.system'" },
        { "a tag of one's own", () => "tasks: !mine a", "found '!mine'" },
        { "a binary", () => "tasks: !!binary aGk=", "expected !!str" },
        { "a merge", () => "x: &x {seeds: 1}\n<<: *x\ntasks: a", "merge keys are not read" },
        { "a key twice", () => "tasks: a\nseeds: 1\ntasks: b", "is not valid YAML" },
        { "an alias of itself", () => "tasks: &a [*a]", "an alias stands for nothing before it" },
        { "NUL", () => "tasks: \0", "key 'tasks': wrong kind of value" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileBeyondALimitIsRefused(string what, Func<string> text, string says)
    {
        var line = Assert.IsType<PasException>(Read(what, text())).Message;
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.True(line.Length < 700, line);
    }

    [Fact]
    public void TheSharedFileIsRefused() =>
        Assert.Contains("at most 100000", Assert.IsType<PasException>(Read("dag", File.ReadAllText(Shared.PathOf("cases", "hostile", "yaml", "dag_key_hash_2_45.yaml")))).Message, StringComparison.Ordinal);

    [Fact]
    public void HonestAliasesTagsAndQuotesAreRead()
    {
        Assert.Null(Read("honest", "tasks: &t [!!str quiz.csv, 'a', \"b\"]\ntest_on: *t\nstrengths: !!seq [!!float 0.5, !!int 1]\n--- # no more"[..^14]));
        var spec = StudySpec.Load(_folder.File("study.yaml"));
        Assert.Equal(spec.Tasks.Select(task => task.Name), spec.TestOn.Select(task => task.Name));
    }

    /// <summary>Every level of both kinds of file, and of a file that another builds on.</summary>
    [Theory]
    [InlineData("tasks: a\n{0}: 1")]
    [InlineData("tasks: [{{data: a.csv, {0}: 1}}]")]
    [InlineData("tasks: [{{name: MMLU, {0}: 1}}]")]
    [InlineData("tasks: a\ntest_on: [{{name: MMLU, {0}: 1}}]")]
    [InlineData("tasks: a\nmodels: [{{model: m, {0}: 1}}]")]
    [InlineData("tasks: a\nsft: {{rank: 4, {0}: 1}}")]
    [InlineData("base: below.yaml\ntasks: a")]
    [InlineData("benchmarks: a\nseed: 1\n{0}: 1")]
    public void NoKeyVanishes(string file)
    {
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var key = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "abcdefghijklmnopqrstuvwxyz_"[random.Next(27)])) + "_x";
            _folder.Write("below.yaml", $"tasks: a\n{key}: 1");
            Assert.Contains($"unknown key '{key}'", Assert.IsType<PasException>(Read(file, string.Format(CultureInfo.InvariantCulture, file, key))).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tasks: [{name: MMLU, question: q}]", "key 'question': says how a data file is understood, and there is none")]
    [InlineData("tasks: [{name: MMLU, sql: select 1}]", "key 'sql': says how a data file is understood")]
    [InlineData("tasks: a\nsplit: [1, 1, 1]\nsplits: [[1, 1, 1]]", "key 'splits': stands beside 'split'")]
    public void AKeyWithoutEffectIsRefused(string text, string says) => Assert.Contains(says, Assert.IsType<PasException>(Read(text, text)).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatTheReleasedFileHasForNothingIsTold()
    {
        _folder.Write("study.yaml", "benchmarks: a\ndevice: cuda\noutput_dir: x\nprompt_pairs: p.csv\ntarget_benchmark: MMLU\nseed: 1");
        var spec = StudySpec.Load(_folder.File("study.yaml"));
        Assert.Equal(["device", "output_dir", "prompt_pairs", "target_benchmark"], spec.Notes.Select(note => note.Split('\'')[1]));
        Assert.All(spec.Notes, note => Assert.Contains("is not used: ", note, StringComparison.Ordinal));
        Assert.Empty(StudySpec.Load(_folder.Write("study.yaml", "benchmarks: a\nprompt_pairs: p.csv\nmethods: [handcrafted_prompt_pair]")).Notes);
    }

    /// <summary>Whatever stands in a study file: a study, or one line.</summary>
    [Fact]
    public void RandomTextsEndInTime()
    {
        string[] parts =
        [
            "tasks", "seeds", "sft", ": ", ":\n", "- ", "? ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\n    ", "&a ", "*a", "&b ", "*b", "<<", "!!str ", "!x ", "|\n", ">-\n", "'", "\"", "\\", "# ", "---\n", "...\n", "1-9", "0.5", "~", "\t", "%YAML 1.2\n", "\u2028", "\0", "quiz.csv", "1e999", "0x7fffffff", "99999999999999999999", "1-2147483647",
        ];
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var text = new StringBuilder();
            for (var part = random.Next(1, 60); part > 0; part--)
            {
                text.Append(parts[random.Next(parts.Length)]);
            }

            var thrown = Read(text.ToString(), text.ToString());
            Assert.True(thrown is null or PasException, $"{thrown}\n{text}");
            Assert.DoesNotContain('\n', thrown?.Message ?? "");
        }
    }

    private Exception? Read(string what, string text)
    {
        var file = _folder.Write("study.yaml", text);
        return CpuLimit.Run(what, () => StudySpec.Load(file));
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static string Lines(int count, Func<int, string> line) => string.Join('\n', Enumerable.Range(0, count).Select(line)) + "\n";
}
