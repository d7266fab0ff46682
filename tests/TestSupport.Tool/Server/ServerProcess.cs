using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Server;

/// <summary><c>pas serve</c> with the demo model in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _told = [];

    private ServerProcess(Process process) => _process = process;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Memory in use, in MB.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts it and waits until it listens. Skips the test where the signals of Unix are missing.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <param name="variables">Of its environment.</param>
    /// <param name="arguments">Of the command line.</param>
    /// <inheritdoc cref="StartAsync(string[])"/>
    public static Task<ServerProcess> StartAsync(IReadOnlyList<(string Name, string Value)> variables, params string[] arguments) => StartAsync(variables, ["dotnet"], arguments);

    /// <param name="descriptors">Most files and connections that it may have open.</param>
    /// <param name="arguments">Of the command line.</param>
    /// <inheritdoc cref="StartAsync(string[])"/>
    public static Task<ServerProcess> StartAsync(int descriptors, params string[] arguments) =>
        StartAsync([], ["sh", "-c", $"ulimit -n {descriptors} && exec dotnet \"$@\"", "sh"], arguments);

    private static async Task<ServerProcess> StartAsync(IReadOnlyList<(string Name, string Value)> variables, string[] program, string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the signals of Unix");
        var start = new ProcessStartInfo(program[0], [.. program[1..], Path.Combine(AppContext.BaseDirectory, "pas.dll"), "serve", "--model", DemoFolder.PathOf("model"), "--port", "0", .. arguments]) { RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Process.Start(start)!);
        while (await server._process.StandardError.ReadLineAsync() is { } line)
        {
            server._told.Add(line);
            if (Regex.Match(line, "^serving .* at (http[^;]+);") is { Success: true } match)
            {
                server.Client = new HttpClient { BaseAddress = new Uri(match.Groups[1].Value) };
                _ = server.ListenAsync();
                return server;
            }
        }

        throw new InvalidOperationException(string.Join('\n', server._told));
    }

    /// <summary>What it said on standard error.</summary>
    public string Told()
    {
        lock (_told)
        {
            return string.Join('\n', _told);
        }
    }

    /// <summary>A metric, summed over its labels.</summary>
    public async Task<double> MetricAsync(string name) =>
        Regex.Matches(await Client.GetStringAsync("/metrics"), $@"^{name}(\{{[^}}]*\}})? ([-+0-9.eE]+)", RegexOptions.Multiline).Sum(line => double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture));

    /// <summary>Sends the signal to stop.</summary>
    public void Signal()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>The exit code, once it has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // A pipe that nobody reads would fill and stop the server.
    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_told)
            {
                _told.Add(line);
            }
        }
    }
}
