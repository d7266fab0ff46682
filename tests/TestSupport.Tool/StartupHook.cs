using System.Diagnostics;
using System.Globalization;
using PainlessSteering;

/// <summary>
/// Runs before the tool in a process whose DOTNET_STARTUP_HOOKS names this assembly; .NET asks for this name, without a namespace. It ends
/// the process at one of its steps on the disk, as a power cut could, or counts them.
/// </summary>
internal static class StartupHook
{
    /// <summary>The step, from 1, at which the process is killed.</summary>
    public const string KillAt = "PAINLESS_TEST_KILL_AT";

    /// <summary>The file that gets the number of steps when the process ends.</summary>
    public const string StepsTo = "PAINLESS_TEST_STEPS_TO";

    private static int _steps;

    public static void Initialize()
    {
        var killAt = int.TryParse(Environment.GetEnvironmentVariable(KillAt), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : 0;
        FaultPoint.Reached = _ =>
        {
            if (Interlocked.Increment(ref _steps) == killAt)
            {
                Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is tidied up.
            }
        };
        if (Environment.GetEnvironmentVariable(StepsTo) is { } file)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllText(file, _steps.ToString(CultureInfo.InvariantCulture));
        }
    }
}
