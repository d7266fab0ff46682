using System.Text.RegularExpressions;
using System.Xml.Linq;
using PainlessSteering.Reports.Page;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Studies.Tables;

namespace PainlessSteering.Tests.Reports.Page;

public sealed class StudyReportPageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static MadeStudy Made() => new MadeStudy { Name = "<script>alert(1)</script> & \"co\"" }
        .Task("bias", "Social Bias", [20, 24, 22, 18], transferLoss: 10)
        .Task("a,\"b\"<i>", "Social Bias", [1, 0, -1, 0])
        .Task("bias", "Social Bias", [10, 12, 14, 13], split: "75/100/100", train: 75, transferLoss: 10)
        .Missing("bias", 5, category: "Social Bias", transfers: true).Missing("other", 1, "no such file '<x>'");

    private string Write(MadeStudy study, string folder = "report")
    {
        StudyReportPage.Write(study.Results, _folder.File(folder));
        return File.ReadAllText(_folder.File($"{folder}/report.html"));
    }

    private string[] Table(string name) => File.ReadAllLines(_folder.File($"report/tables/{name}.csv"));

    [Fact]
    public void ThePageSaysTheVerdictFirstAndNeedsNothingElse()
    {
        var page = Write(Made());
        string[] headings = [.. Regex.Matches(page, "<h2>([^<]*)</h2>").Select(match => match.Groups[1].Value)];
        Assert.Equal("Does steering help?", headings[0]);
        Assert.Contains("<p class=\"verdict\">helps</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"verdict\">no evidence</p>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)=""(?!data:image/svg\+xml;base64,|#|tables/|figures/)", page);
        Assert.DoesNotMatch(@"url\(|@import|<script|<link|http", Regex.Replace(page, @"""data:[^""]*""", ""));
        foreach (Match link in Regex.Matches(page, @"href=""((tables|figures)/[^""]+)"""))
        {
            Assert.True(File.Exists(_folder.File("report/" + link.Groups[1].Value)), link.Value);
        }
    }

    [Fact]
    public void WhatComesFromTheStudyIsEscaped()
    {
        var page = Write(Made());
        Assert.Contains("<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;co&quot;</title>", page, StringComparison.Ordinal);
        Assert.Contains("About &lt;b&gt;nothing&lt;/b&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("no such file &#39;&lt;x&gt;&#39;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(i|b|x)>", page);
        XDocument.Parse(Regex.Match(page, "<main>.*</main>", RegexOptions.Singleline).Value); // Every element is closed.
        Assert.Contains(Table("verdicts"), line => line.StartsWith("\"a,\"\"b\"\"<i> · 0.6/0.2/0.2\",demo,", StringComparison.Ordinal));
    }

    [Fact]
    public void AHalfDoneStudySaysWhatIsMissing()
    {
        var page = Write(Made());
        Assert.Contains("12 of 14 runs are done, 1 failed: see what is missing below.", page, StringComparison.Ordinal);
        Assert.Contains("over 4 of 5 seeds", page, StringComparison.Ordinal);
        Assert.Contains("<li>demo, bias, residual, 0.6/0.2/0.2, seed 5</li>", page, StringComparison.Ordinal);
        Assert.Contains("No cell of the study is finished yet.", Write(new MadeStudy().Missing("bias", 1), "empty"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheReleasedCodesTablesHaveItsColumns()
    {
        Write(Made());
        var summary = Table("cross_benchmark_summary");
        Assert.StartsWith("Benchmark,Method,Layer,Strength,Val-Acc,Test-Acc,", summary[0], StringComparison.Ordinal);
        Assert.Equal("bias,Unsteered,,,0.5,0.5,demo,residual,0.6/0.2/0.2,0,no,1", summary[1]);
        Assert.Equal("bias,PASf,2,4,0.7,0.7,demo,residual,0.6/0.2/0.2,0,no,1", summary[2]);
        Assert.Equal(1 + (12 * 3), summary.Length);
        var flips = Table("cross_benchmark_flips");
        Assert.StartsWith("Benchmark,Method,R2W,W2R,", flips[0], StringComparison.Ordinal);
        Assert.Equal("bias,PASf,0,20,demo,residual,0.6/0.2/0.2,0,no,1", flips[1]);
    }

    [Fact]
    public void ASmallPValueKeepsItsDigits()
    {
        Write(new MadeStudy().Task("bias", "Social Bias", [40, 41, 40, 41, 40, 41, 40, 41, 40, 41, 40, 41]));
        var (keys, row) = (Table("verdicts")[0].Split(',').ToList(), Table("verdicts")[1].Split(','));
        Assert.InRange(double.Parse(row[keys.IndexOf("p_plain_t")], System.Globalization.CultureInfo.InvariantCulture), 1e-30, 1e-15);
    }

    [Fact]
    public void EveryKindOfTableAndFigureIsThere()
    {
        Write(Made());
        string[] Names(string folder) => [.. Directory.EnumerateFiles(_folder.File("report/" + folder)).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["categories", "cross_benchmark_flips", "cross_benchmark_summary", "curves", "durations", "grid", "methods", "placebos", "runs", "sample_size", "transfers", "verdicts"], Names("tables"));
        Assert.SkipWhen(PictureFont.TryFind() is null, "needs a font");
        Assert.Equal(
            [
                "accuracies-demo", "curves-demo-a--b--i", "curves-demo-bias", "effects-demo-residual", "grid-a--b--i----0.6-0.2-0.2", "grid-bias---0.6-0.2-0.2", "grid-bias---75-100-100",
                "sample-size-demo-bias-residual",
            ], Names("figures"));
        Assert.All(Directory.EnumerateFiles(_folder.File("report/figures")), file => Assert.Equal("svg", XDocument.Load(file).Root!.Name.LocalName));
    }

    [Fact]
    public void ThePapersNumbersStandBesideItsTasksAndModelsOnly()
    {
        Assert.DoesNotContain("arXiv", Write(new MadeStudy().Task("Sycophancy", "Alignment", [20, 24])), StringComparison.Ordinal);
        var page = Write(new MadeStudy().Task("Sycophancy", "Alignment", [20, 24], model: "Llama-3.1-8B-Instruct").Task("mine", null, [20, 24], model: "Llama-3.1-8B-Instruct"), "paper");
        Assert.Contains("arXiv 2509.22739", page, StringComparison.Ordinal);
        var methods = File.ReadAllLines(_folder.File("paper/tables/methods.csv"));
        Assert.Equal(["42.47", "32.18", "", ""], methods.Skip(1).Select(line => line[(line.LastIndexOf(',') + 1)..]));
        Assert.EndsWith(",34.84", File.ReadAllLines(_folder.File("paper/tables/categories.csv"))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AFineTunedModelHasRowsAndCurvesOfItsOwn()
    {
        var study = new MadeStudy();
        foreach (var sft in new[] { null, new StudySft() })
        {
            study.Task("bias", "Social Bias", [20, 24], sft: sft).Task("bias", "Social Bias", [10, 12], split: "75/100/100", train: 75, sft: sft);
        }

        Write(study);
        string[] Column(string table, string key) => Table(table)[0].Split(',').ToList().IndexOf(key) is var at and >= 0 ? [.. Table(table).Skip(1).Select(line => line.Split(',')[at])] : [];
        Assert.Equal(["no", "yes"], Column("categories", "fine_tuned").Distinct());
        Assert.All(new[] { "methods", "curves", "grid", "sample_size" }, table => Assert.Equal(["no", "yes"], Column(table, "fine_tuned").Distinct()));
        Assert.SkipWhen(PictureFont.TryFind() is null, "needs a font");
        Assert.Equal(
            ["sample-size-demo-bias-residual-fine-tuned.svg", "sample-size-demo-bias-residual.svg"],
            Directory.EnumerateFiles(_folder.File("report/figures"), "sample*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThePapersFineTuningStandsBesideTheContrastsOfItsModelAndTask()
    {
        Write(new MadeStudy().Task("TruthfulQA", "Alignment", [20, 24], model: "vicuna-7b-v1.5").Task("TruthfulQA", "Alignment", [20, 24], model: "vicuna-7b-v1.5", sft: new StudySft()));
        Assert.Equal(["27.2", "9.1", "", "", "", "15.1", "9.1", "", "", ""], Table("contrasts").Skip(1).Select(line => line[(line.LastIndexOf(',') + 1)..]));
        Write(new MadeStudy().Task("TruthfulQA", "Alignment", [20, 24]).Task("TruthfulQA", "Alignment", [20, 24], sft: new StudySft()));
        Assert.All(Table("contrasts").Skip(1), line => Assert.EndsWith(",", line, StringComparison.Ordinal));
    }

    [Fact]
    public void AnEarlierReportLeavesNothingBehind()
    {
        Write(Made());
        var own = _folder.Write("report/tables/notes.txt", "mine");
        Write(new MadeStudy().Missing("bias", 1));
        Assert.Equal(own, Assert.Single(Directory.EnumerateFiles(_folder.File("report/tables"))));
        Assert.Empty(Directory.Exists(_folder.File("report/figures")) ? Directory.EnumerateFiles(_folder.File("report/figures")) : []);
    }

    [Fact]
    public void TheSameResultsGiveTheSameBytes()
    {
        Write(Made());
        Write(Made(), "again");
        foreach (var file in Directory.EnumerateFiles(_folder.File("report"), "*", SearchOption.AllDirectories))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("/report/", "/again/", StringComparison.Ordinal)));
        }
    }
}
