using System.Globalization;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>Parquet files that say little and hold much, or are damaged: items, or one line.</summary>
[Collection(nameof(HostileParquetTests))]
[CollectionDefinition(nameof(HostileParquetTests), DisableParallelization = true)] // It measures the memory of the process.
public sealed class HostileParquetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("select repeat('x', 100000) as question, 'a' as A, 'b' as B, 'A' as answer from range(200000)")] // One text in a dictionary, 200,000 times.
    [InlineData("select repeat('x', 1000000) as question, ['a', 'b'] as choices, 0 as answer from range(5000)")]
    public void ADictionaryThatUnpacksToMuchIsRefused(string select)
    {
        var path = _folder.WriteParquet("bomb.parquet", select);
        Assert.InRange(new FileInfo(path).Length, 1, 20_000_000);
        var before = Environment.WorkingSet;
        var line = Assert.Throws<PasException>(() => Dataset.Load(path)).Message;
        Assert.Contains("at most", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 1_000_000_000);
    }

    [Fact]
    public void TooManyColumnsAreRefused()
    {
        var columns = string.Join(", ", Enumerable.Range(0, 5000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} as c{i}")));
        Assert.Contains("at most 1000", Assert.Throws<PasException>(() => Dataset.Load(_folder.WriteParquet("wide.parquet", $"select {columns}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedFileIsOneLine()
    {
        var whole = File.ReadAllBytes(_folder.WriteParquet("whole.parquet", "select 'Q' || i as question, ['a', 'b'] as choices, 0 as answer from range(500) r(i)"));
        var random = new Random(9);
        for (var round = 0; round < 40; round++)
        {
            var bytes = whole.ToArray();
            var footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(round % 2 == 0 ? footer : 0, bytes.Length)] = (byte)random.Next(256);
            }

            bytes = round % 5 == 4 ? bytes[..random.Next(bytes.Length)] : bytes;
            var path = _folder.Write("damaged.parquet", bytes);
            var thrown = Record.Exception(() => Dataset.Load(path, skipBadRows: true));
            Assert.True(thrown is null or PasException, $"{round}: {thrown}");
            Assert.DoesNotContain('\n', thrown?.Message ?? "");
        }
    }
}
