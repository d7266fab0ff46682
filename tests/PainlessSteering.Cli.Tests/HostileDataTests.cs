using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;

namespace PainlessSteering.Tests.Cli;

/// <summary>Data that is small on the disk and huge in memory, read by the tool in a process of its own: one line, and never a gigabyte.</summary>
public sealed class HostileDataTests : IDisposable
{
    private const long MostBytes = 1_000_000_000;

    private static readonly string Joined = string.Join(" || ", Enumerable.Repeat("question", 100));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string?> Files => new()
    {
        { "texts.parquet", "select repeat('x', 1000000) as question, 'a' as A, 'b' as B, 'A' as answer from range(5000)", null },
        { "lists.parquet", "select 'q' as question, (select [repeat('x', 1000000), 'b']) as choices, 0 as answer from range(100) union all select 'q', (select [repeat('x', 1000000), 'b']), 0 from range(2000)", null },
        { "nested.parquet", "select {'stem': repeat('x', 300000)} as question, ['a', 'b'] as choices, 0 as answer from range(5000)", null },
        { "long.csv", "select repeat('x', 60000) || i as question, 'a' as A, 'b' as B, 'A' as answer from range(2100) r(i)", $"select {Joined} as question, A, B, answer from data" },
        { "packed.csv", "select repeat('x', 30000) || i as question, 'a' as A, 'b' as B, 'A' as answer from range(2100) r(i)", $"select q as question, A, B, answer from (select {Joined} as q, * from data), range(20)" },
        { "made.csv", "select 'q' as question, 'a' as A, 'b' as B, 'A' as answer from range(2100)", "select repeat('x', 10000) || question as question, [repeat(A, 16) || i for i in range(9999)] as choices, answer from data, range(2000)" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ItIsRefusedInLittleMemory(string name, string content, string? sql)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc, and a limit of memory");
        Make(name, content);
        string[] select = sql is null ? [] : ["--sql", sql];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), "data", "check", _folder.File(name), .. select]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        var peak = 0L;
        while (!process.WaitForExit(5))
        {
            peak = Math.Max(peak, Peak(process.Id));
        }

        var line = (await error).TrimEnd('\n');
        Assert.True(process.ExitCode == 1, $"{process.ExitCode}: {line}{await output}");
        Assert.StartsWith("pas: error: ", line.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("at most", line.Split('\n')[^1], StringComparison.Ordinal);
        Assert.InRange(peak, 1, MostBytes);
    }

    private void Make(string name, string content)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SET threads = 1; COPY ({content}) TO '{_folder.File(name)}'";
        command.ExecuteNonQuery();
    }

    /// <summary>The most resident memory that a process has had; 0 where it has ended.</summary>
    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
