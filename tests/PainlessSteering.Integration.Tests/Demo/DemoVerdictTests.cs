using System.Text.Json;

namespace PainlessSteering.Tests.Demo;

/// <summary>The tool's main promise, as a newcomer meets it: it finds the planted habits and finds nothing where nothing is.</summary>
public class DemoVerdictTests
{
    [Fact]
    public async Task SteeringHelpsAgainstTheHabitsAndNotOnKnowledge()
    {
        var run = await Pas.RunAsync("demo", "--json", "--verbose");
        Assert.True(run.Code == 0, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(["bias", "sycophancy", "knowledge"], document.RootElement.EnumerateArray().Select(task => task.GetProperty("task").GetString()));
        foreach (var task in document.RootElement.EnumerateArray())
        {
            Assert.Equal(["PASf", "iPASa", "iPASwo"], task.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("method").GetString()));
            if (task.GetProperty("task").GetString() == "knowledge")
            {
                Assert.Equal("no evidence", task.GetProperty("verdict").GetString());
                continue;
            }

            Assert.Equal("helps", task.GetProperty("verdict").GetString());
            var effect = task.GetProperty("effect");
            Assert.InRange(effect.GetProperty("points").GetDouble(), 10, 100);
            Assert.InRange(effect.GetProperty("p").GetDouble(), 0, 0.01);
            Assert.Equal(24, task.GetProperty("placebos").GetArrayLength());
            Assert.All(task.GetProperty("placebos").EnumerateArray(), placebo => Assert.True(placebo.GetProperty("points").GetDouble() < effect.GetProperty("points").GetDouble()));
        }
    }
}
