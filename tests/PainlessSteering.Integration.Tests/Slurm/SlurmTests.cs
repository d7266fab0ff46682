using System.Diagnostics;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Studies;

namespace PainlessSteering.Tests.Slurm;

/// <summary>A study by Slurm: submitted, requeued, cancelled and submitted again, it comes to what it comes to on one machine.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly TinyStudy _study = new();

    public void Dispose() => _study.Dispose();

    [Fact]
    public async Task CancelledAndSubmittedAgainItGivesTheSameBytes()
    {
        using var cluster = SlurmCluster.Start();
        _study.With(TinyStudy.Small.Replace("1-3", "1-20", StringComparison.Ordinal));
        await _study.RunAsync(_study.Folder.File("alone"));

        var first = await SubmitAsync(cluster, SubmitArguments());
        await Until(async () => (await DoneAsync()) is > 0 and < 40);
        cluster.Run("scontrol", "requeue", $"{first}_0"); // As a preempted task comes back.
        var before = await DoneAsync();
        await Until(async () => (await DoneAsync()) > before);
        cluster.Run("scancel", first);
        await Until(() => Task.FromResult(IsOver(cluster)));
        var left = 40 - await DoneAsync();
        Assert.InRange(left, 1, 39);
        Assert.Empty((await _study.StatusAsync()).Json["running"]!.AsArray());

        var second = await SubmitAsync(cluster, SubmitArguments());
        await Until(() => Task.FromResult(IsOver(cluster)));
        Assert.NotEqual(first, second);
        Assert.Equal(40, await DoneAsync());
        Assert.Equal(TinyStudy.Results(_study.Folder.File("alone")), TinyStudy.Results(_study.Out));

        // What the tasks of the second job computed, no other computed too.
        var computed = Directory.EnumerateFiles(Path.Combine(_study.Out, "slurm"), second + "_*.log")
            .SelectMany(File.ReadLines).Count(line => line.Contains(" points", StringComparison.Ordinal));
        Assert.Equal(left, computed);
        Assert.Contains("nothing is submitted", (await Pas.RunAsync(SubmitArguments())).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryDemoStudyComesToWhatItComesToOnOneMachine()
    {
        using var cluster = SlurmCluster.Start();
        using var folder = new TempFolder();
        foreach (var name in DemoStudies.Names)
        {
            var study = DemoStudies.WriteFew(name, folder);
            await SubmitAsync(cluster, "study", "submit", study, "--out", folder.File(name + " slurm"), "--array", "1");
            Assert.Equal(0, (await Pas.RunAsync("study", "run", study, "--out", folder.File(name))).Code);
        }

        await Until(() => Task.FromResult(IsOver(cluster)));
        Assert.All(DemoStudies.Names, name =>
        {
            Assert.NotEmpty(new ResultStore(folder.File(name)).Read().Results);
            Assert.Equal(TinyStudy.Results(folder.File(name)), TinyStudy.Results(folder.File(name + " slurm")));
        });
    }

    [Fact]
    public void TheScriptSaysWhatWasAskedFor()
    {
        var job = new SlurmJob
        {
            Name = "main effect, all of it",
            Folder = _study.Folder.File("my runs"),
            Command = ["pas", "study", "run", "it's.yaml"],
            Tasks = 16,
            Partition = "gpu",
            Time = "1-12:00:00",
            Gpus = 2,
            Cpus = 8,
        };
        var script = File.ReadAllText(job.Write());
        foreach (var line in new[]
        {
            "#SBATCH --job-name=pas-main-effect-all-of-it", "#SBATCH --array=0-15", "#SBATCH --partition=gpu", "#SBATCH --time=1-12:00:00", "#SBATCH --gpus=2",
            "#SBATCH --cpus-per-task=8", "#SBATCH --requeue", $"#SBATCH --output='{job.Folder}/slurm/%A_%a.log'", "exec pas study run 'it'\\''s.yaml'",
        })
        {
            Assert.Contains(line + "\n", script, StringComparison.Ordinal);
        }

        Assert.Contains("Time: not what Slurm understands", Assert.Throws<PasException>(() => (job with { Time = "1h; rm -rf /" }).Write()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutSlurmItSaysWhatToDo()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "sbatch"))), "there is a Slurm");
        Assert.Contains("sbatch is not to be found", Assert.Throws<PasException>(() => SlurmJob.Submit("job.sh")).Message, StringComparison.Ordinal);
    }

    private string[] SubmitArguments() => ["study", "submit", _study.File, "--out", _study.Out, "--model", _study.Folder.Model, "--partition", "main", "--array", "2", "--time", "10"];

    private static async Task<string> SubmitAsync(SlurmCluster cluster, params string[] arguments)
    {
        using var process = TinyStudy.Start(cluster.Enter, arguments);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
        Assert.StartsWith("Slurm job ", output, StringComparison.Ordinal);
        return output["Slurm job ".Length..output.IndexOf(':', StringComparison.Ordinal)];
    }

    private async Task<int> DoneAsync() => (await _study.StatusAsync()).Json["done"]!.GetValue<int>();

    private static bool IsOver(SlurmCluster cluster) => cluster.Run("squeue", "--noheader").Length == 0;

    private static async Task Until(Func<Task<bool>> condition)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), "Slurm does not get on");
        }
    }
}
