using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PainlessSteering.Tests.Server.Connections;

/// <summary>What the connections of a flood do.</summary>
internal enum FloodKind
{
    /// <summary>They say nothing.</summary>
    Idle,

    /// <summary>Their headers never end.</summary>
    Headers,

    /// <summary>Their bodies never end.</summary>
    Body,

    /// <summary>They send a chunk of one byte, and no other.</summary>
    TinyChunk,

    /// <summary>They announce a chunk of two gigabytes.</summary>
    GiantChunk,

    /// <summary>They announce a chunk with a length that no number holds.</summary>
    EndlessChunk,

    /// <summary>They end their half of the connection in the middle of a request.</summary>
    HalfClosed,

    /// <summary>They are gone at once.</summary>
    Reset,
}

/// <summary>Connections that are only in the way.</summary>
/// <param name="server">Where to.</param>
/// <param name="from">Address on this machine that they come from.</param>
internal sealed class Flood(Uri server, string from = "127.0.0.1") : IDisposable
{
    public const string Other = "127.0.0.2";

    private const string Head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    private readonly List<Socket> _open = [];

    public static IReadOnlyList<FloodKind> Kinds { get; } = Enum.GetValues<FloodKind>();

    /// <summary>Opens connections, of which the server may close some at once.</summary>
    public async Task OpenAsync(int count, FloodKind kind)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _open.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(IPAddress.Loopback, server.Port);
                await socket.SendAsync(Encoding.ASCII.GetBytes(Beginning(kind)));
                End(socket, kind);
            }
            catch (SocketException)
            {
                // The server has enough of them.
            }
        }
    }

    /// <summary>A client that comes from an address.</summary>
    public static HttpClient Client(Uri server, string from)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a second address of this machine");
        return new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = server };
    }

    public void Dispose()
    {
        foreach (var socket in _open)
        {
            socket.Dispose();
        }

        _open.Clear();
    }

    private static string Beginning(FloodKind kind) => kind switch
    {
        FloodKind.Idle => "",
        FloodKind.Headers => Head + "X-Long: a",
        FloodKind.TinyChunk => Head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        FloodKind.GiantChunk => Head + "Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\n{",
        FloodKind.EndlessChunk => Head + "Transfer-Encoding: chunked\r\n\r\n" + new string('F', 4000),
        _ => Head + "Content-Length: 100000\r\n\r\n{",
    };

    private static void End(Socket socket, FloodKind kind)
    {
        if (kind == FloodKind.HalfClosed)
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        else if (kind == FloodKind.Reset)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
    }
}
