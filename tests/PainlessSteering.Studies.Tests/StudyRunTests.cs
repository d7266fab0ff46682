using System.Diagnostics;
using PainlessSteering.Studies;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Studies;

/// <summary>A study finishes whatever happens to it, and always to the same bytes.</summary>
public sealed class StudyRunTests : IDisposable
{
    private readonly TinyStudy _study = new();

    public void Dispose() => _study.Dispose();

    [Fact]
    public async Task EveryCellIsComputedOnce()
    {
        var run = await _study.With(TinyStudy.Small).RunAsync();
        Assert.Equal((0, ""), (run.Code, run.Output));
        Assert.Equal(6, run.Error.Split('\n').Count(line => line.Contains(" points", StringComparison.Ordinal)));
        Assert.EndsWith("6 of 6 cells are done\n", run.Error, StringComparison.Ordinal);
        var before = TinyStudy.Results(_study.Out);
        Assert.Equal(13, before.Count(line => !line.StartsWith("failures", StringComparison.Ordinal)));
        Assert.Equal("6 of 6 cells are done\n", (await _study.RunAsync()).Error);
        Assert.Equal(before, TinyStudy.Results(_study.Out));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_study.Out, "claims"), "*.claim"));

        // More seeds are more cells; the old ones are found again.
        _study.With(TinyStudy.Small.Replace("1-3", "1-4", StringComparison.Ordinal));
        Assert.Equal(2, (await _study.RunAsync()).Error.Split('\n').Count(line => line.Contains(" points", StringComparison.Ordinal)));
        Assert.Equal(8, new ResultStore(_study.Out).Read().Results.Count);
    }

    [Fact]
    public async Task ACellIsTheFitOfItsOptions()
    {
        await _study.With(TinyStudy.Small).RunAsync();
        var results = new ResultStore(_study.Out).Read();
        Assert.Equal(results.Plan.Cells, results.Results.Select(result => result.Cell), (a, b) => a.Id == b.Id);
        var cell = results.Results.Single(result => result.Cell is { Seed: 2, Site: "mlp" });
        var fit = (await _study.Folder.FitAsync("--seed", "2", "--sites", "mlp", "--strengths", "1,8", "--json")).Json;
        Assert.Equal(fit["effect"]!.ToJsonString(), System.Text.Json.JsonSerializer.SerializeToNode(cell.Overall.Test.Effect, StudyJson.Options)!.ToJsonString());
        Assert.Equal(fit["test_items"]!.AsArray().Select(item => item!.GetValue<int>()), cell.TestItems);
        Assert.Equal(fit["sites"]![0]!["baseline_test_predictions"]!.AsArray().Select(item => item!.GetValue<int>()), Letters.Positions(cell.TestUnsteered));
        Assert.Equal(fit["verdict"]!.GetValue<string>(), System.Text.Json.JsonSerializer.SerializeToNode(cell.Overall.Test.Verdict)!.GetValue<string>());
        Assert.Equal(fit["sites"]![0]!["grid"]!.AsArray().Select(entry => entry!["val_accuracy"]!["iPASwo"]!.GetValue<double>()), cell.Grid.ValAccuracy["iPASwo"].SelectMany(row => row));
        var vector = Path.Combine(_study.Out, cell.Vector!);
        await _study.Folder.FitAsync("--seed", "2", "--sites", "mlp", "--strengths", "1,8", "--cache", _study.Folder.File("cache"));
        var (ours, theirs) = (SafetensorsFormat.Read(vector), SafetensorsFormat.Read(_study.Folder.Vector));
        Assert.Equal(theirs.OnlyEdit!.Values.ToArray(), ours.OnlyEdit!.Values.ToArray());
        Assert.Equal(theirs.Provenance!.Evaluation!.Value.GetRawText(), ours.Provenance!.Evaluation!.Value.GetRawText());
        Assert.All(cell.Methods.Append(cell.Overall), choice =>
        {
            var report = cell.Report(choice);
            Assert.Equal((choice.Test.Effect.Points, choice.Test.Verdict), (report.Verdict.EffectInPoints, report.Verdict.Conclusion));
            Assert.Equal((choice.Test.RightToWrong, choice.Test.WrongToRight, choice.Test.Accuracy), (report.Flips.RightToWrong, report.Flips.WrongToRight, report.Flips.SteeredAccuracy));
        });
    }

    [Fact]
    public async Task AKilledStudyGoesOnToTheSameBytes()
    {
        _study.With(TinyStudy.Small.Replace("1-3", "1-6", StringComparison.Ordinal));
        await _study.RunAsync(_study.Folder.File("undisturbed"));
        var random = new Random(5);
        var kills = 0;
        while (!IsDone() && kills < 30)
        {
            using var process = TinyStudy.Start(_study.RunArguments());
            while (!process.HasExited && !IsAtWork(process.Id))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await Task.Delay(random.Next(400), TestContext.Current.CancellationToken);
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            kills += process.ExitCode == 137 ? 1 : 0;
        }

        Assert.True(kills > 1, "the study was never killed at work");
        Assert.Equal(0, (await _study.RunAsync()).Code);
        Assert.Equal(TinyStudy.Results(_study.Folder.File("undisturbed")), TinyStudy.Results(_study.Out));

        bool IsAtWork(int process)
        {
            var claims = Path.Combine(_study.Out, "claims");
            try
            {
                return Directory.Exists(claims) && Directory.EnumerateFiles(claims, "*.claim").Any(file => File.ReadAllText(file).Contains($"\"process\":{process},", StringComparison.Ordinal));
            }
            catch (IOException)
            {
                return true; // It has just given a cell back.
            }
        }

        bool IsDone() => Directory.Exists(Path.Combine(_study.Out, "cells")) && Directory.EnumerateFiles(Path.Combine(_study.Out, "cells"), "*.json").Count() == 12;
    }

    [Fact]
    public async Task ProcessesShareTheCellsOfAFolder()
    {
        _study.With(TinyStudy.Small.Replace("1-3", "1-8", StringComparison.Ordinal));
        Process[] processes = [TinyStudy.Start(_study.RunArguments()), TinyStudy.Start(_study.RunArguments())];
        var lines = new List<string>();
        foreach (var process in processes)
        {
            lines.AddRange((await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n'));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        var computed = lines.Where(line => line.Contains(" points", StringComparison.Ordinal)).Select(line => line[line.IndexOf(' ', StringComparison.Ordinal)..line.LastIndexOf(':')]).ToList();
        Assert.Equal(16, computed.Count);
        Assert.Equal(16, computed.Distinct().Count());
        await _study.RunAsync(_study.Folder.File("alone"));
        Assert.Equal(TinyStudy.Results(_study.Folder.File("alone")), TinyStudy.Results(_study.Out));
    }

    [Fact]
    public async Task AFailureIsRecordedWhileTheRestGoesOn()
    {
        _study.With("tasks: [missing.csv, items.csv]\nseeds: 1-2\nstrengths: [1]\nplacebos: 0\n");
        var run = await _study.RunAsync();
        Assert.Equal(1, run.Code);
        Assert.Equal(2, run.Error.Split('\n').Count(line => line.Contains("failed: ", StringComparison.Ordinal) && line.Contains("there is no such file", StringComparison.Ordinal)));
        Assert.Contains("2 of 4 cells are done, 2 failed", run.LastError, StringComparison.Ordinal);
        var status = (await _study.StatusAsync()).Json;
        Assert.Equal((4, 2, 2), (status["cells"]!.GetValue<int>(), status["done"]!.GetValue<int>(), status["failed"]!.AsArray().Count));
        Assert.Contains("missing.csv", status["failed"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);

        // When the reason is gone, the cells are computed; nothing tells of the failure any more.
        File.Copy(_study.Folder.Items, _study.Folder.File("missing.csv"));
        Assert.Equal(0, (await _study.RunAsync()).Code);
        Assert.Empty((await _study.StatusAsync()).Json["failed"]!.AsArray());
    }

    [Fact]
    public async Task ADeadOwnersClaimIsTakenOver()
    {
        _study.With("tasks: [items.csv]\nstrengths: [1]\nplacebos: 0\n");
        await _study.RunAsync();
        var store = new ResultStore(_study.Out);
        var id = store.ReadPlan().Cells[0].Id;
        File.Delete(Path.Combine(_study.Out, "cells", id + ".json"));
        var claim = Path.Combine(_study.Out, "claims", id + ".claim");
        using var living = Process.GetCurrentProcess();
        var me = new DateTimeOffset(living.StartTime).ToUnixTimeSeconds();

        // A living process of this machine, and one of another that touches its claim: not to be had.
        foreach (var owner in new[] { new CellOwner(Environment.MachineName, living.Id, me, null), new CellOwner("elsewhere", 1, 1, "17") })
        {
            StudyJson.Write(claim, owner);
            using (new Timer(_ => File.SetLastWriteTimeUtc(claim, DateTime.UtcNow), null, 100, 100))
            {
                Assert.Contains("1 are being computed elsewhere", (await _study.RunAsync()).LastError, StringComparison.Ordinal);
                var running = Assert.Single((await _study.StatusAsync()).Json["running"]!.AsArray())!;
                Assert.Equal(owner.Machine, running["owner"]!["machine"]!.GetValue<string>());
                Assert.False(store.IsDone(id));
            }
        }

        // A process whose number came again, one of another machine that has been silent for long or soon will have been, and a
        // half-written claim: dead.
        foreach (var dead in new Action[]
        {
            () => StudyJson.Write(claim, new CellOwner(Environment.MachineName, living.Id, me - 100, null)),
            () =>
            {
                StudyJson.Write(claim, new CellOwner("elsewhere", 1, 1, null));
                File.SetLastWriteTimeUtc(claim, DateTime.UtcNow - ClaimWatch.Patience);
            },
            () =>
            {
                StudyJson.Write(claim, new CellOwner("elsewhere", 1, 1, null));
                File.SetLastWriteTimeUtc(claim, DateTime.UtcNow - ClaimWatch.Patience + TimeSpan.FromSeconds(8));
            },
            () => File.WriteAllText(claim, "{\"machine\":"),
        })
        {
            File.Delete(Path.Combine(_study.Out, "cells", id + ".json"));
            dead();
            Assert.Equal("1 of 1 cells are done", (await _study.RunAsync()).LastError);
            Assert.False(File.Exists(claim));
        }
    }

    [Theory]
    [InlineData("1", "1 of 1 cells are done")]
    [InlineData("0", "0 of 1 cells are done, 1 are being computed elsewhere")]
    public async Task APreemptedJobTakesUpWhatItHadOnAnotherMachine(string restarts, string outcome)
    {
        _study.With("tasks: [items.csv]\nstrengths: [1]\nplacebos: 0\n");
        await _study.RunAsync();
        var id = new ResultStore(_study.Out).ReadPlan().Cells[0].Id;
        File.Delete(Path.Combine(_study.Out, "cells", id + ".json"));
        var claim = Path.Combine(_study.Out, "claims", id + ".claim");
        StudyJson.Write(claim, new CellOwner("elsewhere", 1, 1, "17"));
        using var beat = restarts == "0" ? new Timer(_ => File.SetLastWriteTimeUtc(claim, DateTime.UtcNow), null, 100, 100) : null;
        using var process = TinyStudy.Start(
            start => (start.Environment["SLURM_JOB_ID"], start.Environment["SLURM_RESTART_COUNT"]) = ("17", restarts), _study.RunArguments());
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith(outcome + "\n", error, StringComparison.Ordinal);
    }

    /// <summary>A cell's reason names the key of the study file, and for what no file says the option.</summary>
    [Theory]
    [InlineData("layers: [99]", "", "key 'layers': there is no such layer; expected 0 to 2; found 99")]
    [InlineData("seeds: 1", "1MB", "--memory: too little memory for one prompt a worker")]
    public async Task AReasonSpeaksOfTheFileOrOfTheCommand(string line, string memory, string reason)
    {
        var run = await _study.With($"tasks: [items.csv]\n{line}\nstrengths: [1]\nplacebos: 0\n").RunAsync(null, memory.Length == 0 ? [] : ["--memory", memory]);
        Assert.Equal(1, run.Code);
        Assert.StartsWith(reason, (await _study.StatusAsync()).Json["failed"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsNoStudy()
    {
        Directory.CreateDirectory(_study.Out);
        Assert.Contains("is not the folder of a study", (await Pas.RunAsync("study", "status", _study.Out)).LastError, StringComparison.Ordinal);
        _study.With("tasks: [items.csv]\n");
        var run = await Pas.RunAsync("study", "run", _study.File, "--out", _study.Out);
        Assert.Equal(1, run.Code);
        Assert.Contains("the study names no model; give one with --model", run.LastError, StringComparison.Ordinal);
    }
}
