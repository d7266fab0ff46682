using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas serve</c>: an OpenAI-compatible server with a playground page.</summary>
internal static class ServeCommand
{
    private const string KeyVariable = "PAS_API_KEY";

    private static readonly Option<string?> Vectors = new("--vectors") { HelpName = "folder", Description = "Offer the steering vectors (.safetensors) of this folder, also those that appear later." };
    private static readonly Option<string> Host = new("--host") { HelpName = "address", Description = "Address to listen on; 0.0.0.0 for all, which needs an API key.", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<int> Port = new("--port") { HelpName = "n", Description = "Port to listen on; 0 for any that is free.", DefaultValueFactory = _ => 8080 };
    private static readonly Option<string[]> Keys = new("--api-key") { HelpName = "key", Description = $"A key that requests must bring; may be given several times. Better in the variable {KeyVariable} (several with commas) or a file, because other users can see a command line.", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> KeyFile = new("--api-key-file") { HelpName = "file", Description = "File with a key a line; empty lines and lines that begin with # do not count." };
    private static readonly Option<bool> Open = new("--open") { Description = "Serve everyone who can reach the address, without a key." };
    private static readonly Option<int> RequestsPerMinute = new("--requests-per-minute") { HelpName = "n", Description = "For each key, or each address without keys; 0 for no limit." };
    private static readonly Option<int> MaxRunning = new("--max-running") { HelpName = "n", Description = "Most answers that are generated at once.", DefaultValueFactory = _ => 64 };
    private static readonly Option<int> MaxWaiting = new("--max-waiting") { HelpName = "n", Description = "Most answers that wait; more requests are answered with 503.", DefaultValueFactory = _ => 256 };
    private static readonly Option<int> MaxConnections = new("--max-connections") { HelpName = "n", Description = "Most connections at once; one address may have half of them, which a proxy before the server needs to know.", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> CacheSize = new("--cache-mb") { HelpName = "n", Description = "Memory for the keys and values of running answers.", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> DefaultMaxTokens = new("--default-max-tokens") { HelpName = "n", Description = "Most tokens of a chat's answer where the request does not say; memory for them is reserved.", DefaultValueFactory = _ => 2048 };
    private static readonly Option<int> Threads = new("--threads") { HelpName = "n", Description = "Threads of a matrix product on the CPU; more are faster on an idle machine, and far slower on a busy one.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Drain = new("--drain") { HelpName = "seconds", Description = "How long running answers may go on after the signal to stop, at most 25.", DefaultValueFactory = _ => 20 };
    private static readonly Option<bool> Force = CommonOptions.Force();

    public static Command Create()
    {
        var command = new Command("serve", """
            Serve a model to any OpenAI client. A model's name switches vectors on: base, base+honest, base+honest@1.5,
            base+honest@1+brief@-2, where honest.safetensors and brief.safetensors are in the folder of the vectors. A
            browser finds a playground at the server's address. Docs: docs/server.md.

              pas serve --model ./Llama-3.1-8B-Instruct --vectors ./vectors
            """) { Vectors, Host, Port, Keys, KeyFile, Open, RequestsPerMinute, MaxRunning, MaxWaiting, MaxConnections, CacheSize, DefaultMaxTokens, Threads, Drain, Force };
        ModelOptions.AddModelTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (options, error) = (Options(parsed), parsed.InvocationConfiguration.Error);
        options.Check();
        using var loaded = ModelOptions.Load(parsed, (config, type) => WorkingSet.OfTexts(config, type, options.Engine, options.Engine.MaxSequences));
        await using var app = PasServer.Create(options with { ModelFolder = loaded.Source.Path, ModelName = loaded.Name }, loaded.Model, loaded.Tokenizer, builder =>
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning)
                .AddConsoleFormatter<ServerLog, ConsoleFormatterOptions>()
                .AddConsole(console => (console.LogToStandardErrorThreshold, console.FormatterName) = (LogLevel.Trace, ServerLog.FormatterName)));
        await PasServer.StartAsync(app, options, cancellation);
        error.WriteLine($"serving {loaded.Source.Path} at {string.Join(", ", app.Urls)}; Ctrl-C stops");
        await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        error.WriteLine(Invariant($"stopping: running answers may go on for {options.Drain.TotalSeconds} s"));
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    private static ServerOptions Options(ParseResult parsed) => new()
    {
        ModelFolder = "",
        VectorFolder = parsed.GetValue(Vectors),
        Force = parsed.GetValue(Force),
        Host = parsed.GetRequiredValue(Host),
        Port = parsed.GetValue(Port),
        ApiKeys = [.. parsed.GetRequiredValue(Keys), .. KeysOfEnvironment(), .. KeysOfFile(parsed.GetValue(KeyFile))],
        Open = parsed.GetValue(Open),
        RequestsPerMinute = parsed.GetValue(RequestsPerMinute),
        MaxConnections = parsed.GetValue(MaxConnections),
        DefaultMaxTokens = CommonOptions.AtLeast(1, DefaultMaxTokens, parsed),
        Drain = TimeSpan.FromSeconds(parsed.GetValue(Drain) is >= 0 and <= 25 and var seconds ? seconds : throw new PasException("out of range", null, "0 to 25 seconds", Invariant($"{parsed.GetValue(Drain)}")) { Setting = Drain.Name }),
        Engine = new GenerationEngineOptions
        {
            MaxSequences = CommonOptions.AtLeast(1, MaxRunning, parsed),
            MaxWaiting = CommonOptions.AtLeast(1, MaxWaiting, parsed),
            KVCacheBytes = (long)CommonOptions.AtLeast(1, CacheSize, parsed) << 20,
            Threads = CommonOptions.AtLeast(1, Threads, parsed),
        },
    };

    private static string[] KeysOfEnvironment() =>
        (Environment.GetEnvironmentVariable(KeyVariable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string[] KeysOfFile(string? file)
    {
        if (file is null)
        {
            return [];
        }

        FileKind.EnsureRegular(file);
        string[] keys = [.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        return keys.Length > 0 ? keys : throw new PasException("the file has no key", file, "a key a line") { Code = ErrorCodes.FileDamaged };
    }
}
