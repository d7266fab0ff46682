using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace PainlessSteering.Server.Connections;

/// <summary>Accepts connections for which there is a place, and refuses the others.</summary>
/// <param name="sockets">Accepts them all.</param>
/// <param name="slots">The places.</param>
internal sealed class LimitedListener(IConnectionListener sockets, ConnectionSlots slots) : IConnectionListener
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly Refusals _refusals = new();

    public EndPoint EndPoint => sockets.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (await sockets.AcceptAsync(cancellationToken) is not { } connection)
                {
                    return null;
                }

                if (slots.TryTake(connection) is { } slot)
                {
                    return new LimitedConnection(connection, slot);
                }

                _ = _refusals.RefuseAsync(connection);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(Breath, cancellationToken); // Other parts of the process took the descriptors; an exception would end the listening for good.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

    public ValueTask DisposeAsync() => sockets.DisposeAsync();
}
