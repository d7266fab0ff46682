using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>Data files that came out wrong once, where they are present.</summary>
public sealed class SharedCasesTests
{
    private static readonly string[] Quizzes =
    [
        "tsv-quotes", "python-list-choices", "missing-last-option", "options-dict-varying", "letter-and-text", "sep-line", "nested-json", "passage-column/race.jsonl",
    ];

    /// <summary>Six questions, whose right choices are the same in every file.</summary>
    [Fact]
    public void TheQuizIsReadInEveryLayout()
    {
        var files = Quizzes.SelectMany(name => Shared.PathOf(["cases", .. name.Split('/')]) is var path && Directory.Exists(path) ? Directory.GetFiles(path) : [path]).ToList();
        Assert.True(files.Count >= 28, $"{files.Count} files");
        Assert.All(files, file =>
        {
            var dataset = Dataset.Load(file);
            Assert.Equal([1, 0, 3, 2, 2, 0], dataset.Items.Select(item => item.Answer));
            Assert.Equal(["penguin", "honey", "iron", "ice floes", "snow", "a cart"], dataset.Items.Select(item => item.Choices[item.Answer].Split(". ")[^1]));
            Assert.All(dataset.Items, item => Assert.True(item.Choices.Count == 4 || (item.Choices.Count == 5 && item.Choices[4] == "none of these")));
        });
    }

    [Fact]
    public void LabelsFromOneAreDoubted()
    {
        var note = Assert.Single(Dataset.Load(Shared.PathOf("cases", "numbers-from-1-small", "social.jsonl")).Notes);
        Assert.Contains("0 never occurs", note, StringComparison.Ordinal);
        Assert.Contains("AnswerForm number", note, StringComparison.Ordinal);
        var told = Dataset.Load(Shared.PathOf("cases", "numbers-from-1-small", "social.jsonl"), new DatasetColumns { AnswerForm = AnswerForm.Number });
        var letters = Dataset.Load(Shared.PathOf("cases", "numbers-from-1-small", "correct-letter.jsonl"));
        Assert.Empty(letters.Notes);
        Assert.Equal(letters.Fingerprint, told.Fingerprint);
    }

    [Fact]
    public void PassagesAreUsed()
    {
        var race = Dataset.Load(Shared.PathOf("cases", "passage-column", "race.jsonl"));
        Assert.Equal("Long ago the answer was penguin.\n\nWhich bird cannot fly?", race.Items[0].Question);
        Assert.Equal([new ColumnUse("example_id", null, "names the row")], race.Columns.Where(column => column.Why is not null));
        Assert.Equal("The glass fell.\n\neffect", Dataset.Load(Shared.PathOf("cases", "passage-column", "copa.jsonl")).Items[0].Question);
    }

    [Fact]
    public void MatchingBehaviourIsTwoChoices()
    {
        var items = Dataset.Load(Shared.PathOf("cases", "matching-behavior", "evals.jsonl")).Items;
        Assert.Equal([1, 0, 1, 0, 1, 0], items.Select(item => item.Answer));
        Assert.Equal(("Which bird cannot fly?", "sparrow", "penguin"), (items[0].Question, items[0].Choices[0], items[0].Choices[1]));
    }
}
