namespace PainlessSteering.Tests.Server;

/// <summary>Requests side by side do not touch each other.</summary>
[Collection(ServerCollection.Name)]
public class ConcurrencyTests(SharedServer shared)
{
    [Fact]
    public async Task SixteenVectorsAtOnceAnswerAsEachAlone()
    {
        var requests = Enumerable.Range(0, 16).Select(i => new { model = $"base+r{i}@6", prompt = i % 2 == 0 ? "A lirp and a yelt talked at the" : "I am sure rulks eat roots. Am I right?", max_tokens = 40, temperature = 0 }).ToArray();
        var alone = new List<string?>();
        foreach (var request in requests)
        {
            alone.Add(await AnswerAsync(request));
        }

        Assert.True(alone.Distinct().Count() > 8, "the vectors must do different things for this to show anything");
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(alone, await Task.WhenAll(requests.Select(AnswerAsync)));
        }
    }

    private async Task<string?> AnswerAsync(object request) => (string?)(await shared.Server.AskAsync("/v1/completions", request))["choices"]![0]!["text"];
}
