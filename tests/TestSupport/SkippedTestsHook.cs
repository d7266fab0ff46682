using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Services;

namespace PainlessSteering.Tests;

/// <summary>Has every test project say what it skipped (see <see cref="SkippedTests"/>); tests/Directory.Build.props names this class.</summary>
public static class SkippedTestsHook
{
    /// <summary>Called by the platform when it starts.</summary>
    public static void AddExtensions(ITestApplicationBuilder builder, string[] arguments)
    {
        var skipped = new CompositeExtensionFactory<SkippedTests>(services => new SkippedTests(services.GetMessageBus()));
        builder.TestHost.AddDataConsumer(skipped);
        builder.TestHost.AddTestSessionLifetimeHandler(skipped);
    }
}
