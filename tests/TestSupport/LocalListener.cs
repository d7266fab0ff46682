using System.Net;
using System.Net.Sockets;

namespace PainlessSteering.Tests;

/// <summary>HTTP on a port of this machine that nobody else has.</summary>
internal static class LocalListener
{
    private const int Tries = 20;

    /// <summary>Starts listening. A free port has to be known before, and tests beside this one may take it meanwhile.</summary>
    public static (HttpListener Listener, Uri Address) Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, new Uri(address));
            }
            catch (HttpListenerException) when (attempt < Tries)
            {
                listener.Abort();
            }
        }
    }
}
