using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>What a reading tells of itself: doubts, columns that are not used, rows with fewer choices. Nothing vanishes.</summary>
public sealed class DatasetReportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory] // Two readings explain as many rows: both are told, and the option decides.
    [InlineData("question,one,two,three,label", "one,two,three", "2,1,2,1", "index", "number")]
    [InlineData("question,one,two,three,label", "one,two,three", "(1),Option 2,1,2", "index", "number")]
    [InlineData("question,choice1,choice2,choice3,label", null, "2,1,2,1", "label", "index")]
    public void NumbersThatMayCountFromOneAreDoubted(string header, string? choices, string answers, string first, string second)
    {
        var text = header + "\n" + string.Concat(answers.Split(',').Select(answer => $"Q?,p,q,r,{answer}\n"));
        var columns = new DatasetColumns { Choices = choices?.Split(',') };
        var dataset = _folder.Load("items.csv", text, columns);
        var note = Assert.Single(dataset.Notes);
        Assert.Contains("0 never occurs", note, StringComparison.Ordinal);
        Assert.Contains($"decide with AnswerForm {first} or AnswerForm {second}", note, StringComparison.Ordinal);

        Assert.All(new[] { first, second }, form =>
        {
            var decided = _folder.Load("items.csv", text, columns with { AnswerForm = AnswerForms.Parse(form) });
            Assert.Empty(decided.Notes);
            Assert.Equal(form == "index" ? [2, 1] : [1, 0], decided.Items.Select(item => item.Answer).Distinct().OrderDescending());
        });
    }

    [Theory]
    [InlineData("question,one,two,label", "0,1,1")]
    [InlineData("question,one,two,label_number", "1,1,1")]
    [InlineData("question,one,two,label", "2,1,2")]
    public void NumbersThatTheFileDecidesAreNot(string header, string answers)
    {
        var text = header + "\n" + string.Concat(answers.Split(',').Select(answer => $"Q?,p,q,{answer}\n"));
        Assert.Empty(_folder.Load("items.csv", text, new DatasetColumns { Choices = ["one", "two"], Answer = header.Split(',')[^1] }).Notes);
    }

    [Fact]
    public void PassagesGoBeforeTheQuestion()
    {
        const string Text = """{"background":" Ice melts. ","title":"t","dialogue":["M: Hot?","W: Yes."],"question":"Warm?","choices":["ice","fire"],"answer":1}""";
        var dataset = _folder.Load("items.jsonl", Text);
        Assert.Equal("Ice melts.\n\nM: Hot?\nW: Yes.\n\nWarm?", dataset.Items[0].Question);
        Assert.Equal(["background", "dialogue"], dataset.Understood.Passage);
        Assert.Equal("columns that are not used: title", dataset.Unused);
        Assert.Equal("Warm?", _folder.Load("items.jsonl", Text, new DatasetColumns { Passage = ["none"] }).Items[0].Question);
        Assert.Equal("t\n\nWarm?", _folder.Load("items.jsonl", Text, new DatasetColumns { Passage = ["title"] }).Items[0].Question);
        Assert.Equal("The sky.\n\nWarm?", _folder.Load("lesser.jsonl", """{"text":"The sky.","question":"Warm?","choices":["ice","fire"],"answer":1}""").Items[0].Question);
    }

    [Fact]
    public void AnswersInColumnsOfTheirOwn()
    {
        var persona = _folder.Load("persona.jsonl", """{"question":"Would you say so?","answer_matching_behavior":" Yes","answer_not_matching_behavior":" No","statement":"s"}""");
        Assert.Equal(("Would you say so?", 0), (persona.Items[0].Question, persona.Items[0].Answer));
        Assert.Equal(["Yes", "No"], persona.Items[0].Choices);
        Assert.Equal(AnswerForm.Marked, persona.AnswerForm);

        var lettered = _folder.Load("lettered.jsonl", """{"question":"Which?\nChoices:\n(A) ice\n(B) fire\n(C) snow","answer_matching_behavior":"(C)","answer_not_matching_behavior":["(A)"]}""").Items[0];
        Assert.Equal(("Which?", 1), (lettered.Question, lettered.Answer));
        Assert.Equal(["ice", "snow"], lettered.Choices);

        var quiz = _folder.Load("quiz.csv", "Question,Incorrect Answer 2,Correct Answer,Incorrect Answer 1\nWhich is warm?,snow,fire,ice\n").Items[0];
        Assert.Equal(["fire", "ice", "snow"], quiz.Choices);
    }

    [Fact]
    public void RowsMayLackTheirLastChoicesOnly()
    {
        var dataset = _folder.Load("items.csv", "question,A,B,C,D,answer\nQ,p,q,r,s,D\nQ,p,q,r,,A\nQ,p,q,,,B\nQ,p,,r,,A\nQ,p,q,,,C\n", skipBadRows: true);
        Assert.Equal([4, 3, 2], dataset.Items.Select(item => item.Choices.Count));
        Assert.Equal([(4L, "choice B is empty"), (5L, "the answer names none of the choices")], dataset.BadRows.Select(bad => (bad.Row, bad.Problem)));
        Assert.Contains("rows have fewer choices", Assert.Single(dataset.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fire")]
    [InlineData("B. fire")]
    [InlineData("(b) Fire")]
    public void ChoicesMayCarryTheirMarks(string answer) =>
        Assert.Equal(1, _folder.Load("items.jsonl", $$"""{"question":"Q","choices":["A. ice","B. fire"],"answer":"{{answer}}"}""").Items[0].Answer);

    [Theory]
    [InlineData("B) ice")] // The letter of one choice with the text of another.
    [InlineData("Bfire")]
    [InlineData("D. fire")]
    public void AMarkThatDoesNotFitItsTextIsNoAnswer(string answer) =>
        Assert.Contains("names none of the choices", _folder.Error("items.jsonl", $$"""{"question":"Q","choices":["ice","fire"],"answer":"{{answer}}"}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("['ice', ..., 'fire']")]
    [InlineData("['ice' 'fire']]")]
    [InlineData("[open('x'), 'fire']")]
    [InlineData("['ice', 'fire")]
    [InlineData("{'A': 'ice', 'A': 'fire'}")]
    public void WhatIsNoListOfChoicesIsRefused(string cell) =>
        Assert.Contains("the choices cannot be read", _folder.Error("items.csv", $"question,choices,answer\nQ,\"{cell}\",A\n"), StringComparison.Ordinal);

    [Fact]
    public void ListsUnderKeysThatAreNoSplitsAreNamed()
    {
        const string Row = """[{"question":"Q","choices":["a","b"],"answer":"B"}]""";
        Assert.Contains("holds several lists of records; expected one list of records, or one a split; found the keys easy, hard", _folder.Error("items.json", $$"""{"easy":{{Row}},"hard":{{Row}}}"""), StringComparison.Ordinal);
        var splits = _folder.Load("items.json", $$"""{"by":"us","test":{{Row}},"dev":{{Row}}}""");
        Assert.Contains("the records of test, dev are read together", Assert.Single(splits.Notes), StringComparison.Ordinal);
        Assert.Contains(splits.Columns, column => column == new ColumnUse("by", null, "stands beside the records"));
        Assert.Single(_folder.Load("items.json", $$"""{"test":{{Row}},"dev":{{Row}}}""", new DatasetColumns { Sql = "select * from data where split = 'dev'" }).Items);
    }

    [Fact]
    public void NoColumnVanishesFromTheReport()
    {
        var random = new Random(17);
        for (var round = 0; round < 12; round++)
        {
            string[] names = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abcxyzÄé _-.\"'$"[random.Next(15)])]) + i)];
            var values = names.Select(_ => random.Next(4) switch { 0 => "null", 1 => "{\"in\":1}", 2 => "[1,2]", _ => "\"x\"" }).ToArray();
            var fields = string.Concat(names.Select((name, i) => $"{System.Text.Json.JsonSerializer.Serialize(name)}:{values[i]},"));
            var record = $$"""{{{fields}}"question":{"stem":"Q?","{{names[0].Replace("\"", "\\\"", StringComparison.Ordinal)}}":2},"choices":["a","b"],"answer":1}""";
            var files = new Dictionary<string, string>
            {
                ["items.jsonl"] = record,
                ["items.json"] = $$"""{"kept":1,"data":[{{record}}]}""",
                ["items.csv"] = string.Join(',', names.Select(name => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + ",question,A,B,answer\n" + string.Concat(names.Select(_ => "1,")) + "Q?,a,b,A\n",
            };
            foreach (var (file, text) in files)
            {
                var reported = _folder.Load(file, text).Columns;
                Assert.All(reported, column => Assert.True(column.Part is null != column.Why is null));
                Assert.Empty(names.Select(name => file == "items.csv" ? name.Trim() : name).Except(reported.Select(column => column.Column)));
                Assert.Equal(file == "items.json", reported.Any(column => column.Column == "kept"));
                Assert.Equal(file != "items.csv", reported.Any(column => column.Column == $"question.{names[0]}"));
            }
        }
    }

    public void Dispose() => _folder.Dispose();
}
