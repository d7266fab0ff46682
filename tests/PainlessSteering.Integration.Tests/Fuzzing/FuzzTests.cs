using System.Diagnostics;
using System.Globalization;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Tests.Fuzzing;

/// <summary>
/// Every parser of foreign files on spoilt files: it reads them or refuses them with an error of the user's kind. A short seeded run is a
/// test; PAINLESS_FUZZ_SECONDS=300 fuzzes every parser for so long, or those whose name holds PAINLESS_FUZZ_PARSER, from PAINLESS_FUZZ_SEED on, and
/// also finds what is slow or greedy.
/// </summary>
public sealed class FuzzTests
{
    private const long MostBytes = 500_000_000;

    private static readonly int Seconds = Setting("PAINLESS_FUZZ_SECONDS");
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Names =>
        [.. FuzzTargets.All.Select(target => target.Name).Where(name => name.Contains(Environment.GetEnvironmentVariable("PAINLESS_FUZZ_PARSER") ?? "", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void ASpoiltFileIsReadOrRefused(string name)
    {
        var target = FuzzTargets.All.First(one => one.Name == name);
        using var folder = new TempFolder();
        var mutator = new Mutator(target.Corpus(folder), 1 + Setting("PAINLESS_FUZZ_SEED"));
        var clock = Stopwatch.StartNew();
        var findings = new Dictionary<string, string>();
        var runs = 0;
        for (; Seconds > 0 ? clock.Elapsed.TotalSeconds < Seconds : runs < target.Runs; runs++)
        {
            var input = mutator.Next();
            if (Finding(target, folder.Write(target.File, input)) is { } finding)
            {
                findings.TryAdd(finding, Convert.ToBase64String(input));
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{name}: {runs} files, {findings.Count} findings"));
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(5).Select(finding => $"{finding.Key}: {finding.Value}")));
    }

    /// <summary>Found by fuzzing: YamlDotNet builds nested nodes by recursion, which ended the process.</summary>
    [Fact]
    public void ADeepStudyIsRefused()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<PasException>(() => PainlessSteering.Studies.StudySpec.Load(folder.Write("deep.yaml", "a: " + new string('[', 60_000))));
        Assert.Contains("nested too deeply", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Found by fuzzing: keys and texts that are not valid Unicode pass the JSON parser and fail when they are asked for.</summary>
    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "\ud800": 1}, "merges": []}}""")]
    [InlineData("""{"added_tok\ud800ns": [], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"ty\ud800pe": "NFC"}}""")]
    public void ATokenizersTextsAreValidUnicode(string json)
    {
        using var folder = new TempFolder();
        var path = folder.Write("tokenizer.json", json);
        Assert.Contains("not valid Unicode", Assert.Throws<PasException>(() => PainlessSteering.Text.Tokenizer.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Found by fuzzing: bytes that are not UTF-8 inside a text pass the JSON parser too.</summary>
    [Fact]
    public void AConfigurationsTextsAreValidUnicode()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "config.json"), [.. "{\"architectures\": [\"Llama"u8, 0xff, 0xff, .. "\"]}"u8]);
        Assert.Contains("not valid JSON", Assert.Throws<PasException>(() => PainlessSteering.Engine.Sources.ModelSource.Open(folder.Path).Config).Message, StringComparison.Ordinal);
    }

    private static string? Finding(FuzzTarget target, string path)
    {
        var (started, before) = (CpuLimit.Spent(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            target.Read(path);
        }
        catch (Exception error) when (error is PasException or ApiException)
        {
            // Refused, as it should be.
        }
        catch (Exception error)
        {
            return $"{error.GetType().Name} {error.Message.Split('\n')[0]} {error.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Painless", StringComparison.Ordinal))?.Trim()}";
        }

        // How much processor time a file takes depends on the machine, so that only a long run looks at it.
        return Seconds == 0 ? null
            : CpuLimit.Spent() - started > Longest ? "too slow"
            : GC.GetAllocatedBytesForCurrentThread() - before > MostBytes ? "too much memory"
            : null;
    }

    private static int Setting(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : 0;
}
