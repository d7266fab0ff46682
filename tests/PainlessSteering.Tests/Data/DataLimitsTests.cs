using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>A file or a select that asks for too much is refused in one line that names the limit, before it costs seconds.</summary>
public sealed class DataLimitsTests : IDisposable
{
    private const string Row = "question,A,B,answer\nQ,a,b,A\n";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, Func<string>, string> Files => new()
    {
        { "deep.jsonl", () => Repeat("[", 100_000) + Repeat("]", 100_000), "at most 64 levels" },
        { "deep_objects.json", () => Repeat("{\"a\":", 100_000), "at most 64 levels" },
        { "deep_later.jsonl", () => "{\"question\":\"Q\"}\n{\"question\":" + Repeat("[{\"a\":", 5000) + "}", "at most 64 levels" },
        { "deep_in_data.json", () => "{\"data\":[{\"a\":" + Repeat("[", 70) + Repeat("]", 70) + "}]}", "at most 64 levels" },
        { "keys.json", () => "{" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"k{i}\":1")) + "}", "at most 1000 columns" },
        { "keys.jsonl", () => string.Join('\n', Enumerable.Range(0, 2000).Select(i => $$"""{"k{{i}}":1}""")), "at most 1000 columns" },
        { "inner_keys.jsonl", () => string.Join('\n', Enumerable.Range(0, 130_000).Select(i => $$$"""{"o":{"k{{{i}}}":1,"j{{{i}}}":1}}""")), "at most 250000" },
        { "columns.csv", () => string.Join(',', Enumerable.Range(0, 2000)) + "\n", "at most 1000; found 2000" },
        { "columns.tsv", () => string.Join('\t', Enumerable.Range(0, 2000)) + "\n", "at most 1000; found 2000" },
        { "line.csv", () => Row + Repeat("x", 5_000_000), "at most 2 MiB" },
        { "header.csv", () => Repeat("x,", 5_000_000), "at most 1000" },
        { "quote.csv", () => Row + "\"" + Repeat("Q,a,b,A\n", 500_000), "at most 2 MiB" },
        { "line.tsv", () => "question\tA\tB\tanswer\n\"" + Repeat("x", 5_000_000), "at most 2 MiB" },
        { "record.jsonl", () => "{\"question\":\"" + Repeat("x", 20_000_000) + "\"}", "at most 16 MiB" },
        { "rows.csv", () => Row + Repeat("Q,a,b,A\n", 1_000_001), "rows; expected at most 1000000" },
        { "lines.csv", () => Repeat("\n", 3_000_000), "rows; expected at most 1000000" },
        { "rows.jsonl", () => Repeat("{}\n", 1_000_001), "rows; expected at most 1000000" },
        { "rows.json", () => "[{}" + Repeat(",{}", 1_000_000) + "]", "rows; expected at most 1000000" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileBeyondALimitIsRefused(string name, Func<string> content, string limit) => AssertRefused(name, _folder.Write(name, content()), null, limit);

    [Theory]
    [InlineData("bomb.csv.gz")]
    [InlineData("bomb.jsonl.gz")]
    public void AnArchiveThatBecomesTooMuchIsRefused(string name)
    {
        using (var file = File.Create(_folder.File(name)))
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(name.Contains("csv", StringComparison.Ordinal) ? Row + "\"" : "{\"question\":\""));
            var block = Encoding.UTF8.GetBytes(Repeat("x", 1 << 20));
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(block);
            }
        }

        AssertRefused(name, _folder.File(name), null, "200 to 1");
    }

    [Fact]
    public void AHugeFileIsRefusedUnread()
    {
        using (var file = File.Create(_folder.File("sparse.jsonl")))
        {
            file.SetLength(20L << 30);
        }

        AssertRefused("sparse.jsonl", _folder.File("sparse.jsonl"), null, "at most 512 MiB");
    }

    [Fact]
    public void AParquetOfTooManyRowsIsRefused() => AssertRefused("rows.parquet", _folder.WriteParquet("rows.parquet", "SELECT 'Q' AS question FROM range(1000001)"), null, "at most 1000000");

    [Theory] // Everything but one select that only computes.
    [InlineData("call enable_logging()", "it is not a select")]
    [InlineData("select 1); call enable_logging(storage='file', storage_path='/nowhere/x'); create table y as (select 1", "the select fails")]
    [InlineData("select * from enable_logging(storage = 'file', storage_path = '/nowhere/x')", "the function enable_logging")]
    [InlineData("select * from (from truncate_duckdb_logs())", "the function truncate_duckdb_logs")]
    [InlineData("with x as (select * from disable_logging()) select 1 as question", "the function disable_logging")]
    [InlineData("select (select max(x) from query('select 1 x')) as question", "the function query")]
    [InlineData("pragma enable_profiling", "it is not a select")]
    [InlineData("set memory_limit = '100GB'", "it is not a select")]
    [InlineData("reset threads", "it is not a select")]
    [InlineData("load httpfs", "it is not a select")]
    [InlineData("export database 'x'", "it is not a select")]
    [InlineData("prepare x as select 1", "it is not a select")]
    [InlineData("describe data", "it is not a select")]
    [InlineData("select 1; select 2", "more than one statement")]
    [InlineData("  ", "it is empty")]
    [InlineData("select * from duckdb_settings()", "the function duckdb_settings")]
    [InlineData("select * from duckdb_logs", "it reads the table \"duckdb_logs\"")]
    [InlineData("select * from information_schema.tables", "it reads the table \"tables\"")]
    [InlineData("select * from '/etc/hostname'", "it reads the table")]
    [InlineData("select write_log('x') as question", "the function write_log")]
    [InlineData("select current_setting('memory_limit') as question", "the function current_setting")]
    [InlineData("select question.json_structure() as question from data", "the function json_structure")]
    [InlineData("select '[1]'::json::variant as question", "the type VARIANT")]
    [InlineData("select range(1000000000) as question", "plain numbers up to 10000")]
    [InlineData("select lpad('x', 90000 * 90000) as question", "plain numbers up to 10000")]
    [InlineData("select printf('%1000000000d', 1) as question", "plain numbers up to 10000")]
    [InlineData("select list_transform(range(9999), x -> repeat('x', 9999)) as question", "product is at most 100000")]
    [InlineData("select repeat(question, length(question) * 1e8) as question from data", "the function repeat may make too much of a text")]
    [InlineData("select repeat(question, length(question) * 10000 * 10000) as question from data", "the function repeat may make too much of a text")]
    [InlineData("select question.repeat(length(question)) as question from data", "the function repeat stands after a dot")]
    [InlineData("select system.main.repeat(question, 9000) as question from data", "the function repeat stands after a dot")]
    [InlineData("select repeat(question, 9000) as question from data", "at most 16 to repeat a column")]
    [InlineData("select lpad(question, length(question) * 10000 * 10000, 'x') as question from data", "the function lpad may make too much of a text")]
    [InlineData("select rpad(question, answer::int, 'x') as question from data", "the function rpad may make too much of a text")]
    [InlineData("select range(length(question) * 10000 * 10000) as question from data", "the function range may make too much of a text")]
    [InlineData("select list_resize([question], length(question) * 10000 * 10000) as question from data", "the function list_resize may make too much of a text")]
    [InlineData("select format(question, 1) as question from data", "a plain format")]
    [InlineData("select replace(question, 'Q', A) as question from data", "the function replace may make too much")]
    [InlineData("select regexp_replace(question, '.', repeat('x', 9999), 'g') as question, 1 as answer from data", "the function regexp_replace may make too much")]
    [InlineData("select question || question as b, b || b as c, c || c as d, d || d as e, e || e as f, f || f as g, g || g as h from data", "at most 100 times")]
    [InlineData("select h || h || h || h as question from (select g || g || g || g || g as h from (select question || question || question || question || question || question as g from data))", "at most 100 times")]
    [InlineData("select list_reduce(['a', 'b'], (x, y) -> x || x) as question from data", "the function list_reduce")]
    [InlineData("with recursive t as (select 1 as i union all select i + 1 from t) select i as question from t", "processor time")]
    [InlineData("select count(*) as question from range(9999) a, range(9999) b, range(9999) c", "processor time")]
    public void ASelectThatMayNotRunIsRefused(string sql, string says) => AssertRefused("items.csv", _folder.Write("items.csv", Row), sql, says);

    [Fact]
    public void ALongSelectIsRefused() => AssertRefused("items.csv", _folder.Write("items.csv", Row), "select 1" + Repeat(" union all select 1", 2000), "at most 16384 characters");

    [Theory]
    [InlineData("select * from data order by question;")]
    [InlineData("from data")]
    [InlineData("with d as (select * from data) select * from d, (values (1), (2)) v(n), unnest([1]) u(m), range(3) r")]
    [InlineData("select replace('Is this right: {q}?', '{q}', question) as question, [A, B] as choices, answer, range(length(question)) as n, repeat(A, 2) as twice, rpad(B, 10, ' ') as padded from data")]
    [InlineData("select question || ' ' || question || ' ' || A as question, regexp_replace(A, '\\s+', ' ', 'g') as A, B, answer from data")]
    [InlineData("select question, [c for c in [A, B]] as choices, answer, lpad(repeat('x', 3), 10, '0') as pad, format('{:05d}', 12) as n from data")]
    public void AnHonestSelectRuns(string sql) => Assert.NotEmpty(_folder.Load("items.csv", Row, new DatasetColumns { Sql = sql }).Items);

    [Fact]
    public void ASelectStopsWhereItIsCancelled()
    {
        using var cancellation = new CancellationTokenSource(200);
        var path = _folder.Write("items.csv", Row);
        Assert.ThrowsAny<OperationCanceledException>(() => Dataset.Load(path, new DatasetColumns { Sql = "select count(*) as question from range(9999) a, range(9999) b, range(9999) c" }, cancellation: cancellation.Token));
    }

    [Fact]
    public void NoTemporaryFolderIsLeft()
    {
        static int Count() => Directory.GetDirectories(Path.GetTempPath(), "painless-data-*").Length;
        var before = Count();
        for (var i = 0; i < 20; i++)
        {
            _folder.Load("items.json", """{"data":[{"question":"Q","choices":["a",NaN,"b"],"answer":0}]}""", skipBadRows: true, columns: new DatasetColumns { Sql = "select question, ['a', 'b'] as choices, answer from data" });
        }

        Assert.True(Count() - before < 20, "each reading leaves its temporary folder"); // Tests beside this one may have theirs just now.
    }

    public void Dispose() => _folder.Dispose();

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static void AssertRefused(string name, string path, string? sql, string says)
    {
        var clock = Stopwatch.StartNew();
        var message = Assert.Throws<PasException>(() => Dataset.Load(path, new DatasetColumns { Sql = sql }, skipBadRows: true)).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.True(message.Length < 700, message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}"); // A loaded machine; the limits are of processor time.
    }
}
