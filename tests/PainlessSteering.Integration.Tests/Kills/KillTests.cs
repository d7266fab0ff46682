using System.Globalization;
using PainlessSteering.Tests.Cli;
using PainlessSteering.Tests.Hub;
using PainlessSteering.Tests.Studies;

namespace PainlessSteering.Tests.Kills;

/// <summary>
/// Killed again and again, at any step on the disk or at any time, and then left to itself, each verb comes to the bytes of an undisturbed
/// run, and nothing else is left. PAINLESS_KILL_ROUNDS is the number of rounds (eng/soak kills).
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int KillsOfARound = 2;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("PAINLESS_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 3;

    private readonly TinyStudy _study = new();
    private readonly TempFolder _folder = new();
    private readonly KilledTool _tool;
    private int _kills;

    public KillTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of Unix");
        _tool = new KilledTool(_folder);
    }

    private TinyFolder Tiny => _study.Folder;

    public void Dispose()
    {
        _study.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public Task AFit() => KillAsync(
        seed: 1, folder => [.. Tiny.FitArguments("--out", Path.Combine(folder, "vector.safetensors"), "--sql", "select * from data")]);

    [Fact]
    public Task ATrainingThatGoesOn() => KillAsync(seed: 2, folder =>
    [
        "sft", "--model", Tiny.Model, "--data", Tiny.Items, "--out", Path.Combine(folder, "lora"), "--resume", "--save-every", "0", "--lr", "0.01", "--epochs", "4", "--batch", "8", "--rank", "2", "--patience", "9", "--dropout", "0.2", "--threads", "1",
    ]);

    [Fact]
    public async Task ADownloadFromAHubThatCutsConnections()
    {
        using var hub = new HubServer();
        var random = new Random(3);
        foreach (var (name, length) in new[] { ("config.json", 900), ("tokenizer.json", 20_000), ("model.safetensors", 2_000_000) })
        {
            random.NextBytes(hub.Files[name] = new byte[length]);
        }

        var cuts = 0;
        hub.Fault = context =>
        {
            var content = hub.Files["model.safetensors"];
            var from = HubServer.From(context);
            if (context.Request.Url!.Authority != hub.StorageEndpoint.Authority || Interlocked.Increment(ref cuts) % 3 == 0 || from >= content.Length)
            {
                return false;
            }

            HubServer.Cut(context, content, from, Math.Min(content.Length, from + 600_000));
            return true;
        };
        _tool.Environment["HF_ENDPOINT"] = hub.Endpoint.ToString();
        await KillAsync(seed: 4, folder =>
        {
            _tool.Environment["HF_HUB_CACHE"] = folder;
            return ["download", HubServer.Name];
        });
    }

    [Fact]
    public async Task AStudyOfThreeProcesses()
    {
        _study.With(TinyStudy.Small);
        var (temporary, random) = (_folder.File("tmp"), new Random(5));
        static bool IsTimeless(string name) => !name.StartsWith("timings", StringComparison.Ordinal);
        var (steps, time) = await _tool.RunAsync(temporary, _study.RunArguments(_folder.File("whole")));
        var whole = KilledTool.Contents(_folder.File("whole"), IsTimeless);
        for (var round = 0; round < Rounds; round++)
        {
            var folder = _folder.File(FormattableString.Invariant($"round {round}"));
            for (var wave = 0; wave < KillsOfARound; wave++)
            {
                var killed = await Task.WhenAll(
                    _tool.KillAtAsync(random.Next(1, steps / 2), temporary, _study.RunArguments(folder)),
                    _tool.KillAtAsync(random.Next(1, steps / 2), temporary, _study.RunArguments(folder)),
                    _tool.KillAfterAsync(random.NextDouble() * time, temporary, _study.RunArguments(folder)));
                _kills += killed.Count(wasKilled => wasKilled);
            }

            await _tool.RunAsync(temporary, _study.RunArguments(folder));
            Assert.Equal(whole, KilledTool.Contents(folder, IsTimeless));
            Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "painless*"));
        }

        AssertKilled();
    }

    /// <summary>Kills a command that writes into a folder, by turns at a step and at a time, and compares.</summary>
    private async Task KillAsync(int seed, Func<string, string[]> command)
    {
        var (temporary, random) = (_folder.File("tmp"), new Random(seed));
        var whole = Directory.CreateDirectory(_folder.File("whole")).FullName;
        var (steps, time) = await _tool.RunAsync(temporary, command(whole));
        for (var round = 0; round < Rounds; round++)
        {
            var folder = Directory.CreateDirectory(_folder.File(FormattableString.Invariant($"round {round}"))).FullName;
            for (var kill = 0; kill < KillsOfARound; kill++)
            {
                var killed = (round + kill) % 2 == 0
                    ? await _tool.KillAtAsync(random.Next(1, steps + 1), temporary, command(folder))
                    : await _tool.KillAfterAsync(random.NextDouble() * time, temporary, command(folder));
                _kills += killed ? 1 : 0;
                if (!killed)
                {
                    Directory.Delete(folder, recursive: true); // It was done before: the next finds work again.
                    Directory.CreateDirectory(folder);
                }
            }

            await _tool.RunAsync(temporary, command(folder));
            Assert.Equal(KilledTool.Contents(whole), KilledTool.Contents(folder));
            Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "painless*"));
        }

        AssertKilled();
    }

    private void AssertKilled()
    {
        TestContext.Current.SendDiagnosticMessage("{0} rounds, {1} kills", Rounds, _kills);
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"{Rounds} rounds, {_kills} kills"));
        Assert.True(_kills > Rounds / 2, FormattableString.Invariant($"only {_kills} kills in {Rounds} rounds"));
    }
}
