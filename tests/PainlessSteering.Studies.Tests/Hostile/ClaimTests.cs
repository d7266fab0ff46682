using System.Diagnostics;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies.Hostile;

/// <summary>No file in the place of a claim stops a study, hangs it, or keeps a cell for ever.</summary>
public sealed class ClaimTests : IDisposable
{
    private const string Id = "0123456789abcdef01234567";

    private readonly TempFolder _folder = new();

    public ClaimTests() => Directory.CreateDirectory(_folder.File("claims"));

    private string Claim => _folder.File($"claims/{Id}.claim");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Action<string>> NoClaims => new()
    {
        { "nothing", _ => { } },
        { "empty", file => File.WriteAllText(file, "") },
        { "garbage", file => File.WriteAllBytes(file, [0xff, 0, 1, 2, 0xfe]) },
        { "cut short", file => File.WriteAllText(file, "{\"machine\":\"elsew") },
        { "of other types", file => File.WriteAllText(file, """{"machine":5,"process":"x","started":[]}""") },
        { "without a machine", file => File.WriteAllText(file, """{"machine":null,"process":1,"started":1,"job":null}""") },
        { "numbers that are too large", file => File.WriteAllText(file, """{"machine":"elsewhere","process":99999999999999999999,"started":1,"job":null}""") },
        { "a list", file => File.WriteAllText(file, "[]") },
        { "deep", file => File.WriteAllText(file, new string('[', 60_000)) },
        { "no Unicode", file => File.WriteAllText(file, "{\"machine\":\"\\ud800\",\"process\":1,\"started\":1,\"job\":null}") },
        { "huge", file => { using var stream = File.Create(file); stream.SetLength(40L << 30); } },
        { "an empty folder", file => Directory.CreateDirectory(file) },
        { "a folder", file => File.WriteAllText(Path.Combine(Directory.CreateDirectory(file).FullName, "x"), "x") },
        { "a pipe", file => NamedPipe.Make(file) },
        { "a link to nothing", file => File.CreateSymbolicLink(file, file + ".none") },
        { "a link to itself", file => File.CreateSymbolicLink(file, file) },
        { "a link to a device", file => File.CreateSymbolicLink(file, "/dev/zero") },
        { "a link to a folder", file => Directory.CreateSymbolicLink(file, "/tmp") },
    };

    [Theory]
    [MemberData(nameof(NoClaims))]
    public void WhatIsNoClaimHoldsNoCell(string what, Action<string> make)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files of Unix");
        make(Claim);
        var clock = Stopwatch.StartNew();
        using (var claims = new CellClaims(_folder.Path))
        {
            Assert.Empty(claims.Living(new HashSet<string> { Id }));
            Assert.True(what == "nothing" || claims.AnyFree([Id], CancellationToken.None));
            Assert.True(claims.TryTake(Id), what);
            if (what is "a folder")
            {
                return; // It is computed without a claim, and the folder stays.
            }

            Assert.Equal(CellOwner.Self, ClaimWatch.Read(Claim));
            using var second = new CellClaims(_folder.Path);
            Assert.False(second.TryTake(Id));
            claims.Release();
        }

        Assert.False(Path.Exists(Claim));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"took {clock.Elapsed}");
    }

    [Theory]
    [InlineData(1_000_000)] // Seconds ahead of the file system's clock.
    [InlineData(100)]
    [InlineData(-30)]
    public void AClaimOfASilentMachineIsTakenOverWhateverItsDate(int seconds)
    {
        StudyJson.Write(Claim, new CellOwner("elsewhere", 1, 1, null));
        File.SetLastWriteTimeUtc(Claim, DateTime.UtcNow.AddSeconds(seconds));
        var patience = TimeSpan.FromSeconds(seconds < 0 ? 60 : 3);
        using var claims = new CellClaims(_folder.Path, patience);
        Assert.False(claims.TryTake(Id));
        var clock = Stopwatch.StartNew();
        if (seconds < 0)
        {
            return; // Not silent for long enough.
        }

        Assert.True(claims.AnyFree([Id], CancellationToken.None));
        Assert.InRange(clock.Elapsed, patience - TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(60));
        Assert.True(claims.TryTake(Id));
    }

    [Theory] // Days that the owner's clock is off, on a file system that dates files by it.
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-3)]
    public void AClaimThatIsTouchedIsLeftWhateverItsDate(int days)
    {
        StudyJson.Write(Claim, new CellOwner("elsewhere", 1, 1, null));
        var date = DateTime.UtcNow.AddDays(days);
        File.SetLastWriteTimeUtc(Claim, date);
        using var beat = new Timer(_ => File.SetLastWriteTimeUtc(Claim, date += TimeSpan.FromSeconds(1)), null, 200, 200);
        using var claims = new CellClaims(_folder.Path, TimeSpan.FromSeconds(9));
        Assert.False(claims.TryTake(Id));
        Assert.False(claims.AnyFree([Id], CancellationToken.None));
        Assert.False(claims.TryTake(Id));
    }

    [Fact]
    public void AnOldClaimIsTakenOverAfterAThirdOfThePatience()
    {
        StudyJson.Write(Claim, new CellOwner("elsewhere", 1, 1, null));
        File.SetLastWriteTimeUtc(Claim, DateTime.UtcNow.AddDays(-1));
        var patience = TimeSpan.FromSeconds(60);
        using var claims = new CellClaims(_folder.Path, patience);
        Assert.False(claims.TryTake(Id)); // No date alone takes a claim away.
        var clock = Stopwatch.StartNew();
        Assert.True(claims.AnyFree([Id], CancellationToken.None));
        Assert.InRange(clock.Elapsed, (patience / 3) - TimeSpan.FromSeconds(0.5), patience - TimeSpan.FromSeconds(5));
        Assert.True(claims.TryTake(Id));
    }

    [Fact]
    public void AClaimDatedInTheFutureIsNotShownAsRunning()
    {
        StudyJson.Write(Claim, new CellOwner("elsewhere", 1, 1, null));
        using var claims = new CellClaims(_folder.Path);
        Assert.Single(claims.Living(new HashSet<string> { Id }));
        File.SetLastWriteTimeUtc(Claim, DateTime.UtcNow.AddDays(3));
        using var later = new CellClaims(_folder.Path);
        Assert.Empty(later.Living(new HashSet<string> { Id }));
    }

    /// <summary>What a process is known by does not change with the clock, nor with the name of its machine.</summary>
    [Fact]
    public void AnOwnerOfThisMachineIsKnownWhateverTheClocksSay()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        Assert.True((CellOwner.Self with { Started = 1, Machine = "renamed" }).Lives);
        Assert.False((CellOwner.Self with { Tick = CellOwner.Self.Tick - 1 }).Lives);
        Assert.Null((CellOwner.Self with { Place = "another boot" }).Lives); // Another machine of the same name, or this one before it was restarted.
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALockThatCannotBeHadIsDoneWithout(bool pipe)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files of Unix");
        _ = pipe ? NamedPipe.Make(_folder.File("claims/lock")) : Directory.CreateDirectory(_folder.File("claims/lock")).FullName;
        using var claims = new CellClaims(_folder.Path);
        Assert.True(claims.TryTake(Id));
    }

    [Fact]
    public void ThousandsOfOtherClaimsCostNothing()
    {
        for (var i = 0; i < 5000; i++)
        {
            File.WriteAllText(_folder.File(FormattableString.Invariant($"claims/{i}.claim")), "{");
        }

        using var claims = new CellClaims(_folder.Path);
        Assert.Null(CpuLimit.Run("claims", () => Assert.Empty(claims.Living(new HashSet<string> { Id }))));
    }

    [Fact]
    public void WhatAnotherTookOverIsNotGivenBackByTheFirst()
    {
        using var claims = new CellClaims(_folder.Path);
        Assert.True(claims.TryTake(Id));
        StudyJson.Write(Claim, new CellOwner("elsewhere", 1, 1, null)); // It thought that this process was dead.
        claims.Release();
        Assert.Equal("elsewhere", ClaimWatch.Read(Claim)!.Machine);
    }

    [Fact]
    public void WhatIsNoFolderOfClaimsIsToldInOneLine()
    {
        Directory.Delete(_folder.File("claims"));
        _folder.Write("claims", "x");
        using var claims = new CellClaims(_folder.Path);
        Assert.Contains("cannot make the folder", Assert.Throws<PasException>(() => claims.TryTake(Id)).Message, StringComparison.Ordinal);
        Assert.Empty(claims.Living(new HashSet<string> { Id }));
    }
}
