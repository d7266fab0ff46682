using System.Net;
using PainlessSteering.Engine.Generation;
using static System.FormattableString;

namespace PainlessSteering.Server;

/// <summary>What a server is asked to be.</summary>
public sealed record ServerOptions
{
    /// <summary>The model's folder or file; its chat template is used.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>What the model is called; null for the name of its folder or file.</summary>
    public string? ModelName { get; init; }

    /// <summary>Folder whose safetensors are offered as vectors, also those that appear later; null for none.</summary>
    public string? VectorFolder { get; init; }

    /// <summary>Offer vectors that were fitted on other weights too.</summary>
    public bool Force { get; init; }

    /// <summary>Address to listen on; <c>localhost</c> or a loopback address keeps the server to this machine.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 for any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Keys of which a request must bring one; none for an open server.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Listen without keys where others than this machine can reach it.</summary>
    public bool Open { get; init; }

    /// <summary>Requests a minute for each key, or each address where there are no keys; 0 for no limit.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Largest body of a request, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Most bytes of the bodies of all requests that are being answered, of which one caller, by key or address, may have half. What a request
    /// takes is given back with its answer; beyond it, requests are told to come again.
    /// </summary>
    public long MaxBodyBytesInFlight { get; init; } = 64 << 20;

    /// <summary>
    /// Most connections at once, of which one address (of IPv6, one network of 64 bits) may have half; fewer where the process may not open so many
    /// files. Beyond it, the one that is longest without a request gives way, or, where there is none, the new one is told to come again.
    /// </summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>
    /// Most tokens of a chat's answer where the request does not say. The engine reserves memory for the whole of an answer before it
    /// begins: with as many tokens as a long context holds, answers would have to wait for each other.
    /// </summary>
    public int DefaultMaxTokens { get; init; } = 2048;

    /// <summary>How long running answers may go on after a request to stop.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many answers run and wait, and in how much memory.</summary>
    public GenerationEngineOptions Engine { get; init; } = new();

    /// <summary>Fewest bytes a second of a body, once <see cref="BodyPatience"/> is over.</summary>
    internal const int SlowestBody = 8 << 10;

    /// <summary>How long the headers of a request may take.</summary>
    internal TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may be slow.</summary>
    internal TimeSpan BodyPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether only this machine can reach the server.</summary>
    internal bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Refuses options that do not go together.</summary>
    /// <exception cref="PasException">The reason.</exception>
    public void Check()
    {
        if (Host != "localhost" && !IPAddress.TryParse(Host, out _))
        {
            throw new PasException("not an address to listen on", expected: "localhost or an address such as 127.0.0.1, 0.0.0.0 or ::", found: $"'{Host}'") { Setting = nameof(Host) };
        }

        if (!IsLoopback && ApiKeys.Count == 0 && !Open)
        {
            throw new PasException("others can reach this address, and no API key is set", null, "a loopback address", Host, $"set an API key, or say {SettingName.Of(nameof(Open))} to serve everyone") { Setting = nameof(Host) };
        }

        if (ApiKeys.Any(key => key.Length < 8 || key.Any(character => character is <= ' ' or > '~')))
        {
            throw new PasException("an API key cannot be used", expected: "at least 8 visible ASCII characters") { Setting = nameof(ApiKeys) };
        }

        Require(Port, nameof(Port), 0, IPEndPoint.MaxPort);
        Require(RequestsPerMinute, nameof(RequestsPerMinute), 0, int.MaxValue);
        Require(DefaultMaxTokens, nameof(DefaultMaxTokens), 1, int.MaxValue);
        Require(MaxBodyBytes, nameof(MaxBodyBytes), 1, int.MaxValue);
        Require(MaxBodyBytesInFlight, nameof(MaxBodyBytesInFlight), 2L * MaxBodyBytes, long.MaxValue);
        Require(MaxConnections, nameof(MaxConnections), 2, 1_000_000);
        if (VectorFolder is not null && !Directory.Exists(VectorFolder))
        {
            throw new PasException("the folder of the vectors does not exist", VectorFolder, remedy: $"create it, or leave {SettingName.Of(nameof(VectorFolder))} out") { Code = ErrorCodes.FileMissing };
        }
    }

    private static void Require(long value, string name, long least, long most)
    {
        if (value < least || value > most)
        {
            throw new PasException("out of range", expected: Invariant($"{least} to {most}"), found: Invariant($"{value}")) { Setting = name };
        }
    }
}
