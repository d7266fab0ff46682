using System.Text;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public sealed class DatasetFilesTests : IDisposable
{
    private const string Csv = "question,A,B,answer\nWarm?,ice,fire,B\n";

    private readonly TempFolder _folder = new();

    [Fact]
    public void CsvCellsAreVerbatim()
    {
        var dataset = _folder.Load("odd.csv", "question,A,B,answer\r\n\"two\r\nlines, \"\"quoted\"\"\",007,1.50,A\r\n\r\n# no comment,NA,NULL,B\r\n  blanks  ,😀é,2020-01-02,b\r\n");
        Assert.Equal(["two\r\nlines, \"quoted\"", "# no comment", "  blanks  "], dataset.Items.Select(item => item.Question));
        Assert.Equal(["007", "1.50"], dataset.Items[0].Choices);
        Assert.Equal(["NA", "NULL"], dataset.Items[1].Choices);
        Assert.Equal(["😀é", "2020-01-02"], dataset.Items[2].Choices);
        Assert.Equal([0, 1, 1], dataset.Items.Select(item => item.Answer));
    }

    [Fact]
    public void JsonCellsAreVerbatim()
    {
        var dataset = _folder.Load("odd.jsonl", """
            {"question":"When\u000aand \ud83d\ude00?","choices":["2020-01-02","AAAAAAAA-0000-4000-8000-000000000000"],"answer":0}

            {"question":12,"choices":[1, "x"],"answer":"1"}
            {"question":"Q","choices":[true,12345678901234567890],"answer":1,"extra":{"deep":[{}]}}
            """);
        Assert.Equal("When\nand 😀?", dataset.Items[0].Question);
        Assert.Equal(["2020-01-02", "AAAAAAAA-0000-4000-8000-000000000000"], dataset.Items[0].Choices);
        Assert.Equal("12", dataset.Items[1].Question);
        Assert.Equal(["1", "x"], dataset.Items[1].Choices);
        Assert.Equal(["true", "12345678901234567890"], dataset.Items[2].Choices);
    }

    [Fact]
    public void ColumnsCanBeNamed()
    {
        const string Text = "id,Q?,good,\"bad, very\",hint,family\n1,Warm?,fire,ice,it burns,f\n2,Cold?,ice,fire,,\n";
        var columns = new DatasetColumns { Question = "Q?", Choices = ["good", "bad, very"], Answer = "good", Context = "hint", Group = "family" };
        var dataset = _folder.Load("named.csv", Text, columns);
        Assert.Equal(["fire", "ice"], dataset.Items[0].Choices);
        Assert.Equal([0, 0], dataset.Items.Select(item => item.Answer));
        Assert.Equal(["it burns", null], dataset.Items.Select(item => item.Context));
        Assert.Equal(["f", null], dataset.Items.Select(item => item.Group));
        Assert.Equal(AnswerForm.Text, dataset.AnswerForm);

        var error = _folder.Error("named.csv", Text, columns with { Context = "hin" });
        Assert.Contains("there is no column 'hin' for the context; found the columns id, Q?, good, bad, very, hint, family; did you mean 'hint'?", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ContextAndGroupAreRecognisedAndCanBeTurnedOff()
    {
        const string Text = "question,A,B,answer,fact1,group_id\nWarm?,ice,fire,B,it burns,g\n";
        var item = _folder.Load("items.csv", Text).Items[0];
        Assert.Equal(("it burns", "g"), (item.Context, item.Group));
        item = _folder.Load("items.csv", Text, new DatasetColumns { Context = "none", Group = "none" }).Items[0];
        Assert.Equal((null, null), (item.Context, item.Group));
    }

    [Fact]
    public void ASelectBuildsTheColumns()
    {
        const string Text = """{"context":"C.","question":"Q?","ans":{"x":"p","y":"q"},"label":1,"kind":"k"}""";
        var columns = new DatasetColumns { Sql = "select 'Context: ' || context || chr(10) || question as question, [ans.x, ans.y] as choices, 1 - label as answer, kind as group from data -- end" };
        var item = Assert.Single(_folder.Load("items.jsonl", Text, columns).Items);
        Assert.Equal(("Context: C.\nQ?", 0, null, "k"), (item.Question, item.Answer, item.Context, item.Group));
        Assert.Equal(["p", "q"], item.Choices);
    }

    [Theory]
    [InlineData("select * from read_csv('{0}')")]
    [InlineData("select * from '{0}'")]
    [InlineData("select content as question from read_text('{0}')")]
    [InlineData("select * from data) to '{0}.copy' --")]
    [InlineData("select 1) ; attach '{0}.db' ; select (1")]
    [InlineData("select 1) ; copy data to '{0}.copy' ; select (1")]
    [InlineData("select 1) ; set enable_external_access = true ; select (1")]
    [InlineData("select 1) ; install httpfs ; select (1")]
    [InlineData("select * from read_csv('https://localhost/x.csv')")]
    [InlineData("selec")]
    [InlineData("select nothing from data")]
    [InlineData("")]
    public void ASelectReachesNothingButTheData(string sql)
    {
        var other = _folder.Write("secret.csv", Csv);
        var error = _folder.Error("items.csv", Csv, new DatasetColumns { Sql = sql.Replace("{0}", other, StringComparison.Ordinal) });
        Assert.Contains("items.csv: the select fails: ", error, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(other)!).Length);
    }

    [Fact]
    public void RowsOfASelectAreItsOwn()
    {
        var error = _folder.Error("items.csv", "question,A,B,answer\nWarm?,ice,fire,B\nCold?,ice,ice,B\n", new DatasetColumns { Sql = "select * from data where question = 'Cold?'" });
        Assert.Contains("items.csv, select, row 1, column 'B': two choices are the same", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glob[1]*?.csv")]
    [InlineData("it's;quoted.csv")]
    [InlineData("UPPER.CSV")]
    public void OddNamesAreReadLiterally(string name)
    {
        _folder.Write("glob1x.csv", "other\nfile\n");
        Assert.Single(_folder.Load(name, Csv).Items);
    }

    public static TheoryData<string, byte[], string> Unreadable => new()
    {
        { "empty.csv", [], "has no rows" },
        { "empty.jsonl", [], "has no rows" },
        { "empty.json", "[]"u8.ToArray(), "has no rows" },
        { "blank.csv", "\n\n\n"u8.ToArray(), "has no rows" },
        { "header.csv", "question,A,B,answer\n"u8.ToArray(), "has no rows" },
        { "short.csv", "question,A,B,answer\nQ,a,b,A\nQ,a,b\n"u8.ToArray(), ", line 3: cannot be read: Expected Number of Columns: 4 Found: " },
        { "long.csv", "question,A,B,answer\nQ,a,b,A\nQ,a,b,A,x\n"u8.ToArray(), ", line 3: cannot be read: Expected Number of Columns: 4 Found: " },
        { "quote.csv", "question,A,B,answer\nQ,a,b,A\n\"Q,a,b,A\n"u8.ToArray(), ", line 3: cannot be read: Value with unterminated quote found" },
        { "latin1.csv", [.. Encoding.ASCII.GetBytes("question,A,B,answer\nQ"), 0xe9, .. Encoding.ASCII.GetBytes(",a,b,A\n")], ", line 2: cannot be read: Invalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded; save it as UTF-8" },
        { "mixed.csv", "question,A,B,answer\r\nQ,a,b,A\nQ,a,b,A\r\n"u8.ToArray(), "make its line ends all alike" },
        { "huge.csv", Encoding.ASCII.GetBytes("question,A,B,answer\n" + new string('x', 3_000_000) + ",a,b,A\n"), "Maximum line size" },
        { "deep.json", Encoding.ASCII.GetBytes("{\"question\":" + new string('[', 100) + new string(']', 100) + "}"), "nested too deeply" },
        { "utf16.csv", Encoding.Unicode.GetBytes("\uFEFF" + Csv), "cannot be read" },
        { "broken.jsonl", "{\"question\":\"Q\"}\n{\"question\":\n{}\n"u8.ToArray(), "Malformed JSON" },
        { "numbers.json", "[1,2]"u8.ToArray(), "its records are not JSON objects" },
        { "mixed.json", "[1,{\"question\":\"Q\"}]"u8.ToArray(), "its records are not JSON objects" },
        { "text.json", "\"question\""u8.ToArray(), "its records are not JSON objects" },
        { "case.json", "{\"Question\":\"Q\",\"question\":\"Q\"}"u8.ToArray(), "differ only in case" },
        { "nul.jsonl", """{"question":"Q","a\u0000b":1}"""u8.ToArray(), "found a b" },
        { "nul_inside.jsonl", """{"question":{"stem":"Q","a\u0000b":"x"}}"""u8.ToArray(), "a column's name cannot be used: it contains the character U+0000; expected names without it; found question.a b" },
        { "not.parquet", "question,A,B\n"u8.ToArray(), "cannot be read" },
        { "not_gzip.csv.gz", [0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], "cannot be read" },
        { "not_gzip.jsonl.gz", [0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], "cannot be read" },
        { "cut.parquet.gz", [0x1f, 0x8b, 8, 0, 0], "gunzip" },
        { "items.xlsx", [80, 75, 3, 4], "not a known kind" },
        { "items", "question"u8.ToArray(), "not a known kind" },
        { "no_choices.csv", "question,answer\nQ,A\n"u8.ToArray(), "no column is recognised as the choices; found the columns question, answer; name it with Choices, or build the columns with Sql" },
        { "no_answer.csv", "question,A,B\nQ,a,b\n"u8.ToArray(), "no column is recognised as the answer; found the columns question, A, B; name it with Answer" },
        { "no_question.csv", "scenario,A,B\nQ,a,b\n"u8.ToArray(), "no column is recognised as the question; found the columns scenario, A, B; name it with Question" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void AnUnreadableFileIsOneLineThatNamesIt(string name, byte[] content, string says)
    {
        var path = _folder.Write(name, content);
        var message = Assert.Throws<PasException>(() => Dataset.Load(path, skipBadRows: true)).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.True(message.Length < 700, message);
    }

    [Fact]
    public void AMissingFileAndAFolderAreErrors()
    {
        Assert.Contains("there is no such file", Assert.Throws<PasException>(() => Dataset.Load(_folder.File("nothing.csv"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<PasException>(() => Dataset.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<PasException>(() => Dataset.Load("https://localhost/items.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoDamagedFileEndsInAnythingButAnErrorOrItems()
    {
        var random = new Random(5);
        var sources = new (string Name, byte[] Content)[]
        {
            ("items.csv", Encoding.UTF8.GetBytes("question,A,B,answer\n" + string.Concat(Enumerable.Range(0, 5).Select(i => $"\"Q {i}, é\",yes,\"n\"\"o\",B\r\n")))),
            ("items.jsonl", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5).Select(i => $$$"""{"question":{"stem":"Q {{{i}}}"},"choices":[{"text":"yes","label":"A"},{"text":"no","label":"B"}],"answer":{{{i % 2}}}}""" + "\n")))),
            ("items.json", "[{\"question\":\"Q\",\"options\":{\"yes\":1,\"no\":0}},{\"question\":\"R\",\"options\":{\"no\":1,\"yes\":0}}]"u8.ToArray()),
            ("items.parquet", File.ReadAllBytes(_folder.WriteParquet("whole.parquet", "SELECT 'Q' AS question, ['yes', 'no'] AS choices, 1 AS answer"))),
        };
        for (var round = 0; round < 40; round++)
        {
            var (name, content) = sources[round % sources.Length];
            var damaged = (byte[])content.Clone();
            for (var hits = random.Next(1, 6); hits > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)(random.Next(3) switch { 0 => random.Next(256), 1 => "\"{}[],:\n\r\0"[random.Next(10)], _ => 0 });
            }

            var path = _folder.Write(name, random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            try
            {
                Assert.NotEmpty(Dataset.Load(path, skipBadRows: true).Items);
            }
            catch (PasException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
    }

    public void Dispose() => _folder.Dispose();
}
