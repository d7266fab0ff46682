
namespace PainlessSteering.Tests.Data;

/// <summary>Between tabs a quote is a character, unless the file quotes consistently.</summary>
public sealed class TsvQuotesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("\"Hi\" he said", "\"Hi\" he said")]
    [InlineData("say \"hi", "say \"hi")]
    [InlineData("\"open", "\"open")]
    [InlineData("shut\"", "shut\"")]
    [InlineData("\"", "\"")]
    [InlineData("\"say \"\"hi\"\"\"", "say \"hi\"")]
    [InlineData("\"two\nlines\"", "two\nlines")]
    [InlineData("\"a\ttab\"", "a\ttab")]
    public void OfOneRowAmongOthers(string cell, string read)
    {
        var dataset = _folder.Load("items.tsv", $"question\tA\tB\tanswer\nplain\tp\tq\tA\n{cell}\tp\tq\tB\nplain too\tp\tq\tA\n");
        Assert.Equal(["plain", read, "plain too"], dataset.Items.Select(item => item.Question));
    }

    [Fact]
    public void AColumnThatIsQuotedThroughoutIs()
    {
        var rows = _folder.Load("items.tsv", "\"question\"\t\"A\"\t\"B\"\tanswer\r\n\"one\"\t\"p\"\t\"q\"\t0\r\n\"two\"\t\"p\"\t\"q\"\t1\r\n").Items;
        Assert.Equal(["one", "two"], rows.Select(item => item.Question));
        Assert.Equal(["p", "q"], rows[0].Choices);

        // One quoted title among plain ones is a title.
        rows = _folder.Load("items.tsv", "question\tA\tB\tanswer\n\"Hamlet\"\tp\tq\tA\nMacbeth\tp\tq\tB\n").Items;
        Assert.Equal(["\"Hamlet\"", "Macbeth"], rows.Select(item => item.Question));
    }

    [Fact]
    public void QuotesThatSpanRowsOfAnEvenTableAreCharacters()
    {
        var rows = _folder.Load("items.tsv", "question\tA\tB\tanswer\n\"one\tp\tq\tA\ntwo\tp\tq\tB\nthree\"\tp\tq\tA\n").Items;
        Assert.Equal(["\"one", "two", "three\""], rows.Select(item => item.Question));
    }

    [Fact]
    public void InACsvAQuoteQuotes() =>
        Assert.Equal("a,b\nc", _folder.Load("items.csv", "question,A,B,answer\n\"a,b\nc\",p,q,A\n").Items[0].Question);

    public void Dispose() => _folder.Dispose();
}
