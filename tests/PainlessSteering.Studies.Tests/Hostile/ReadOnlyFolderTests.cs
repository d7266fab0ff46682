using System.Diagnostics;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Studies.Tables;

namespace PainlessSteering.Tests.Studies.Hostile;

/// <summary>A study that may be read and not written, such as one of another group, is shown as any other.</summary>
public sealed class ReadOnlyFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _disk;

    public ReadOnlyFolderTests() => _disk = Directory.CreateDirectory(_folder.File("disk")).FullName;

    public void Dispose()
    {
        Run("umount", _disk);
        _folder.Dispose();
    }

    [Fact]
    public async Task StatusAndReportNeedNotWriteThere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", _disk), "needs the right to mount a small disk");
        var store = new MadeStudy().Task("bias", null, [20, 24]).Missing("more", 1, "no such file").Missing("last", 1).Save(Path.Combine(_disk, "study"));
        var claims = Directory.CreateDirectory(Path.Combine(store.Folder, "claims")).FullName;
        StudyJson.Write(Path.Combine(claims, store.ReadPlan().Cells[^1].Id + ".claim"), new CellOwner("elsewhere", 1, 1, null));
        Assert.True(Run("mount", "-o", "remount,ro", _disk));

        var status = await Pas.RunAsync("study", "status", store.Folder);
        Assert.Equal((0, ""), (status.Code, status.Error));
        Assert.StartsWith("made: 2 of 4 cells are done, 1 running, 1 failed", status.Output, StringComparison.Ordinal);

        var report = await Pas.RunAsync("study", "report", store.Folder);
        Assert.Equal(1, report.Code);
        Assert.StartsWith("made: 2 of 4 runs are done", report.Output, StringComparison.Ordinal);
        Assert.Matches(@"\Apas: error: [^\n]*cannot make the folder[^\n]*or write elsewhere[^\n]*\n\z", report.Error);
        var elsewhere = await Pas.RunAsync("study", "report", store.Folder, "--out", _folder.File("report"));
        Assert.True(elsewhere.Code == 0, elsewhere.Error);
        Assert.True(File.Exists(_folder.File("report/report.html")));
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
