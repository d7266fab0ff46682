using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestHost;
using Microsoft.Testing.Platform.Messages;
using Microsoft.Testing.Platform.Services;

namespace PainlessSteering.Tests;

/// <summary>
/// Says at the end of a run which tests were skipped and why. <c>dotnet test</c> shows nothing that a test project writes but the names of
/// the files that it made, so that there is one file a reason, whose name says how many, and which lists the tests.
/// </summary>
internal sealed partial class SkippedTests(IMessageBus bus) : IDataConsumer, IDataProducer, ITestSessionLifetimeHandler
{
    private const int LongestName = 150;

    private static readonly string Project = Assembly.GetEntryAssembly()!.GetName().Name!.Replace("PainlessSteering.", "", StringComparison.Ordinal);

    private readonly List<(string Reason, string Test)> _skipped = [];

    public string Uid => nameof(SkippedTests);

    public string Version => "1";

    public string DisplayName => "Skipped tests";

    public string Description => "Counts skipped tests by their reason.";

    public Type[] DataTypesConsumed => [typeof(TestNodeUpdateMessage)];

    public Type[] DataTypesProduced => [typeof(SessionFileArtifact)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(Repository.Root is not null);

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        if (value is TestNodeUpdateMessage { TestNode: var test } && test.Properties.SingleOrDefault<SkippedTestNodeStateProperty>() is { } skipped)
        {
            lock (_skipped)
            {
                _skipped.Add((skipped.Explanation ?? "without a reason", test.DisplayName));
            }
        }

        return Task.CompletedTask;
    }

    public Task OnTestSessionStartingAsync(ITestSessionContext testSessionContext) => Task.CompletedTask;

    public async Task OnTestSessionFinishingAsync(ITestSessionContext testSessionContext)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "skipped", Project));
        foreach (var old in folder.EnumerateFiles())
        {
            old.Delete();
        }

        foreach (var reason in _skipped.GroupBy(test => test.Reason, test => test.Test).OrderBy(reason => reason.Key, StringComparer.Ordinal))
        {
            var name = NotInNames().Replace($"{reason.Count()} skipped, {reason.Key}", "-");
            var file = new FileInfo(Path.Combine(folder.FullName, name[..Math.Min(name.Length, LongestName)] + ".txt"));
            await File.WriteAllLinesAsync(file.FullName, [reason.Key, "", .. reason.Order(StringComparer.Ordinal)]);
            await bus.PublishAsync(this, new SessionFileArtifact(testSessionContext.SessionUid, file, DisplayName));
        }
    }

    [GeneratedRegex(@"[\\/:*?""<>|\p{Cc}]+")]
    private static partial Regex NotInNames();
}
