using System.Globalization;
using PainlessSteering.Reports.Paper;

namespace PainlessSteering.Tests.Reports.Paper;

/// <summary>The paper's numbers that come with the program against the files that they were read off into.</summary>
public class PaperNumbersTests
{
    private static readonly PaperNumbers Paper = PaperNumbers.Load();

    [Theory]
    [InlineData("acc_layer.csv")]
    [InlineData("acc_strength.csv")]
    public void CurvesAreAsDigitised(string file)
    {
        foreach (var row in Rows(file))
        {
            var curve = file == "acc_layer.csv" ? Paper.Curve(Paper.Layers, Paper.ByLayer, Paper.HubNames[row[1]], row[0]) : Paper.Curve(Paper.Strengths, Paper.ByStrength, Paper.HubNames[row[1]], row[0]);
            Assert.Contains((Number(row[2]), Number(row[3])), curve);
        }
    }

    [Fact]
    public void SampleSizesAreAsDigitised()
    {
        foreach (var row in Rows("sample_size.csv"))
        {
            Assert.Contains((Number(row[3]), Number(row[4])), Paper.SizeCurve(Paper.HubNames[row[2]], row[1], row[0]));
        }
    }

    [Fact]
    public void OtherTasksModelsAndMethodsHaveNone()
    {
        Assert.Equal(0.082, Paper.Category("Social Bias", "iPASa", exemplars: 0)!.Value, 1e-9);
        Assert.Equal(0.03, Paper.Category("Social Bias", "iPASa", exemplars: 10)!.Value, 1e-9);
        Assert.Null(Paper.Effect("my-model", "Sycophancy", "PASf"));
        Assert.Null(Paper.Effect("Llama-3.1-8B-Instruct", "mine", "PASf"));
        Assert.Null(Paper.Effect("Llama-3.1-8B-Instruct", "Sycophancy", "mine"));
        Assert.Empty(Paper.SizeCurve("my-model", "Sycophancy", "PASf"));
    }

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(Shared.PathOf("paper", file)).Skip(1).Select(line => line.Split(','));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
