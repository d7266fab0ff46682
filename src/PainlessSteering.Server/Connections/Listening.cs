using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static System.FormattableString;

namespace PainlessSteering.Server.Connections;

/// <summary>Where the server listens, and what a connection may cost.</summary>
internal static class Listening
{
    /// <summary>Longer than the pools of common clients keep a connection, so that they are the ones who close it.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(75);

    private const int LargestBuffer = 64 << 10;

    /// <summary>Sets up Kestrel on sockets with limits.</summary>
    public static void Configure(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.Services.AddSingleton(provider => Slots(options, provider.GetRequiredService<ILogger<ConnectionSlots>>()));
        builder.Services.AddSingleton(new BodyBudget(options.MaxBodyBytesInFlight));
        builder.Services.AddSingleton<IConnectionListenerFactory, LimitedTransport>(); // Before Kestrel's own, which it takes the place of.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits, options);
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            if (options.Host == "localhost")
            {
                kestrel.ListenLocalhost(options.Port);
            }
            else
            {
                kestrel.Listen(IPAddress.Parse(options.Host), options.Port);
            }
        });
    }

    /// <summary>The error of a start that failed because of the address; null where it failed for another reason.</summary>
    public static PasException? Failure(Exception exception, ServerOptions options)
    {
        var cause = exception;
        while (cause is not (null or SocketException))
        {
            cause = cause.InnerException; // Of several, the first.
        }

        return (cause as SocketException)?.SocketErrorCode switch
        {
            null => null,
            SocketError.AddressAlreadyInUse => new("another program listens there", null, "a free port", Invariant($"{options.Port}"), "stop the other program or choose another port; 0 takes any that is free", exception) { Setting = nameof(ServerOptions.Port), Code = ErrorCodes.Unavailable },
            SocketError.AccessDenied => new("this user may not listen there", null, "a port from 1024 on", Invariant($"{options.Port}"), inner: exception) { Setting = nameof(ServerOptions.Port), Code = ErrorCodes.Unavailable },
            SocketError.AddressNotAvailable => new("is not an address of this machine", null, "127.0.0.1, 0.0.0.0 for all, or one of its own", options.Host, inner: exception) { Setting = nameof(ServerOptions.Host), Code = ErrorCodes.Unavailable },
            _ => new("cannot listen there", null, null, cause!.Message, inner: exception) { Setting = nameof(ServerOptions.Host), Code = ErrorCodes.Unavailable },
        };
    }

    private static ConnectionSlots Slots(ServerOptions options, ILogger log)
    {
        var most = ConnectionLimit.Of(options.MaxConnections, log);
        return new ConnectionSlots(most, Math.Max(1, most / 2));
    }

    private static void Limit(KestrelServerLimits limits, ServerOptions options)
    {
        // RequestBody has the exact limit, and the right answer beyond it. This one counts the frames of chunks too, so that tiny chunks do not make a body long.
        limits.MaxRequestBodySize = 2L * options.MaxBodyBytes + LargestBuffer;
        limits.MaxRequestBufferSize = LargestBuffer;
        limits.RequestHeadersTimeout = options.HeaderTimeout;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MinRequestBodyDataRate = new MinDataRate(ServerOptions.SlowestBody, options.BodyPatience);
    }
}
