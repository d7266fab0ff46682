using System.Globalization;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

public sealed class DatasetBadRowsTests : IDisposable
{
    private const string Good = """{"question":"Warm?","choices":["ice","fire","snow","hail"],"answer":"B"}""";
    private const string ChoiceForms = "a list of texts (as JSON where the column is text), {\"text\": […], \"label\": […]} or {choice: 0 or 1}";

    private static readonly (string Row, string Column, string Expected, string Found)[] BadRows =
    [
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":"E"}""", "answer", "a letter from A to D", "\"E\""),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":""}""", "answer", "the right choice", "\"\""),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":null}""", "answer", "the right choice", "null"),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"]}""", "answer", "the right choice", "null"),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":true}""", "answer", "a letter from A to D", "\"true\""),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":{"x":["A"]}}""", "answer", "a letter from A to D", "\"{\"x\":[\"A\"]}\""),
        ("""{"question":"Q","choices":["a1","b1","c1","d1"],"answer":["A","B"]}""", "answer", "a letter from A to D", "\"[\"A\",\"B\"]\""),
        ("""{"question":"Q","choices":["a1","b1"],"answer":"C"}""", "answer", "a letter from A to B", "\"C\""),
        ("""{"question":"","choices":["a1","b1"],"answer":"A"}""", "question", "a text", "\"\""),
        ("""{"question":" \t\n","choices":["a1","b1"],"answer":"A"}""", "question", "a text", "\"\""),
        ("""{"question":null,"choices":["a1","b1"],"answer":"A"}""", "question", "a text", "null"),
        ("""{"choices":["a1","b1"],"answer":"A"}""", "question", "a text", "null"),
        ("""{"question":"Q","choices":["a1"],"answer":"A"}""", "choices", "2 to 26 choices", "\"1\""),
        ("""{"question":"Q","choices":[],"answer":"A"}""", "choices", "2 to 26 choices", "\"0\""),
        ("""{"question":"Q","choices":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21","22","23","24","25","26","27"],"answer":"A"}""", "choices", "2 to 26 choices", "\"27\""),
        ("""{"question":"Q","choices":["a1","a1","b1"],"answer":"A"}""", "choices", "different texts", "\"a1\""),
        ("""{"question":"Q","choices":["a1","a1 ","b1"],"answer":"A"}""", "choices", "different texts", "\"a1\""),
        ("""{"question":"Q","choices":["a1",""],"answer":"A"}""", "choices", "a text", "\"\""),
        ("""{"question":"Q","choices":["a1",null],"answer":"A"}""", "choices", "a text", "null"),
        ("""{"question":"Q","choices":null,"answer":"A"}""", "choices", ChoiceForms, "null"),
        ("""{"question":"Q","answer":"A"}""", "choices", ChoiceForms, "null"),
        ("""{"question":"Q","choices":"a1 or b1","answer":"A"}""", "choices", ChoiceForms, "\"\"a1 or b1\"\""),
        ("""{"question":"Q","choices":["a1",["b1"]],"answer":"A"}""", "choices", ChoiceForms, "\"[\"a1\",[\"b1\"]]\""),
    ];

    private readonly TempFolder _folder = new();

    [Fact]
    public void BadRowsAreNamedWithTheirNumberColumnAndCell()
    {
        var dataset = _folder.Load("items.jsonl", string.Join('\n', BadRows.SelectMany(bad => new[] { Good, bad.Row })), skipBadRows: true);
        Assert.Equal(BadRows.Length, dataset.Items.Count);
        Assert.Equal(BadRows.Select((bad, i) => ((2L * i) + 2, bad.Column, bad.Expected, bad.Found)), dataset.BadRows.Select(bad => (bad.Row, bad.Column, bad.Expected, bad.Found)));
    }

    [Fact]
    public void TheFirstBadRowIsAnErrorInOneLine() => Assert.Equal(
        $"{_folder.File("items.jsonl")}, row 2, column 'answer': the answer names none of the choices; expected a letter from A to D; found \"E\"; mend the row or leave bad rows out with skipBadRows",
        _folder.Error("items.jsonl", $"{Good}\n{BadRows[0].Row}\n{BadRows[3].Row}\n"));

    [Fact]
    public void AnIndexOutOfRangeIsABadRow()
    {
        string[] bad = ["4", "-1", "1.5", "99999999999999999999999", "9223372036854775808", "true"];
        var rows = new[] { "0", "1", "2", "3", "0", "1", "2", "3" }.Concat(bad).Select(answer => $$"""{"question":"Q","choices":["p","q","r","s"],"answer":{{answer}}}""");
        var dataset = _folder.Load("items.jsonl", string.Join('\n', rows), skipBadRows: true);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], dataset.Items.Select(item => item.Answer));
        Assert.Equal(bad.Select((answer, i) => new BadRow(9 + i, "answer", "the answer names none of the choices", "an index from 0 to 3", $"\"{answer}\"")), dataset.BadRows);
    }

    [Fact]
    public void AnAnswerTextThatIsNoChoiceIsABadRow()
    {
        var error = _folder.Error("items.csv", "question,choice0,choice1,answer\nQ,a pear,an apple,a pear\nQ,a pear,an apple,A Pear\n");
        Assert.Contains("row 2, column 'answer': the answer names none of the choices; expected one of the choices \"a pear\", \"an apple\"; found \"A Pear\"", error, StringComparison.Ordinal);
    }

    [Theory] // 0-based unless evident otherwise.
    [InlineData("1,2,3", "1,2,3", AnswerForm.Index)]
    [InlineData("1,2,3,4", "0,1,2,3", AnswerForm.Number)]
    [InlineData("1,2,3,4,9", "0,1,2,3", AnswerForm.Number)]
    [InlineData("0,1,2,3,4", "0,1,2,3", AnswerForm.Index)]
    [InlineData("1,1,4", "1,1", AnswerForm.Index)]
    [InlineData("0.0,2.0,3.0", "0,2,3", AnswerForm.Index)]
    public void NumbersCountFromOneOnlyWhereThatIsEvident(string answers, string positions, AnswerForm form)
    {
        var rows = answers.Split(',').Select(answer => $$"""{"question":"Q","choices":["p","q","r","s"],"answer":"{{answer}}"}""");
        var dataset = _folder.Load("items.jsonl", string.Join('\n', rows), skipBadRows: true);
        Assert.Equal(form, dataset.AnswerForm);
        Assert.Equal(positions, string.Join(',', dataset.Items.Select(item => item.Answer.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void AnswersWithTwoMeaningsAreAnError()
    {
        var error = _folder.Error("items.jsonl", """{"question":"Q","choices":["1","0"],"answer":0}""");
        Assert.Contains("row 1, column 'answer': the answers can be read as indexes from 0 and as texts of the choices", error, StringComparison.Ordinal);
        Assert.Contains("letters and as texts", _folder.Error("items.jsonl", """{"question":"Q","choices":["B","A"],"answer":"A"}"""), StringComparison.Ordinal);

        // Where one reading explains more rows, it is taken.
        var sums = """{"question":"2 + 2","choices":["0","4","5"],"answer":1}""" + "\n" + """{"question":"1 - 1","choices":["1","0","2"],"answer":1}""";
        Assert.Equal([1, 1], _folder.Load("items.jsonl", sums).Items.Select(item => item.Answer));
    }

    [Fact]
    public void MarksMustNameExactlyOneChoice()
    {
        var dataset = _folder.Load("items.json", """[{"question":"Q","options":{"p":1,"q":0}},{"question":"Q","options":{"p":1,"q":1}},{"question":"Q","options":{"p":false,"q":true}},{"question":"Q","options":{"p":0,"q":0}}]""", skipBadRows: true);
        Assert.Equal([0, 1], dataset.Items.Select(item => item.Answer));
        Assert.Equal([2L, 4L], dataset.BadRows.Select(bad => bad.Row));
    }

    [Fact]
    public void WhenNoRowIsUsableSkippingDoesNotHelp() =>
        Assert.Throws<PasException>(() => _folder.Load("items.jsonl", """{"question":"Q","choices":["p"],"answer":0}""", skipBadRows: true));

    public void Dispose() => _folder.Dispose();
}
