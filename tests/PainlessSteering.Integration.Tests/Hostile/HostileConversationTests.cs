using System.Globalization;
using System.Text;
using PainlessSteering.Cli.Commands;
using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Requests;
using PainlessSteering.Tests.Fuzzing;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Hostile;

/// <summary>
/// Conversations of <see cref="RandomConversation"/> on the two ways into a chat template, that of <c>pas serve</c> and that of <c>pas template</c>: a
/// prompt, or one line, in the time and memory that <c>docs/security.md</c> promises.
/// </summary>
public sealed class HostileConversationTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("PAINLESS_HOSTILE_CASES") ?? "60", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ItBecomesAPromptOrOneLine(int seed)
    {
        var json = new RandomConversation(seed).Write();
        Assert.Equal(json, new RandomConversation(seed).Write());
        Check(json, () =>
        {
            var (request, _) = RequestBody.Parse(Encoding.UTF8.GetBytes(json), ChatRequest.Read);
            return new ChatTemplateInput(request.Messages) { Tools = request.Tools, Variables = request.Variables, Now = DateTime.UnixEpoch };
        });
        Check(json, () => TemplateCommand.Read(json) with { Now = DateTime.UnixEpoch });
    }

    /// <summary>Were most of them refused before a template sees them, they would show little.</summary>
    [Fact]
    public void ManyOfThemReachATemplate()
    {
        var written = Enumerable.Range(0, 60).Count(seed => Record.Exception(() => FuzzTargets.Prompts[1].Write(TemplateCommand.Read(new RandomConversation(seed).Write()), default)) is null);
        Assert.InRange(written, 6, 54);
    }

    private static void Check(string json, Func<ChatTemplateInput> read)
    {
        foreach (var prompt in FuzzTargets.Prompts)
        {
            var thrown = CpuLimit.Run(json, () => prompt.Write(read(), default));
            Assert.True(thrown is null or PasException or ApiException, $"{json[..Math.Min(json.Length, 400)]}\n{thrown}");
            Assert.True(thrown is null || (thrown.Message.Length < 1000 && !thrown.Message.Contains('\n', StringComparison.Ordinal)), thrown?.Message);
        }
    }
}
