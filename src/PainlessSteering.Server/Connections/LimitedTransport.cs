using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace PainlessSteering.Server.Connections;

/// <summary>
/// Kestrel's sockets under <see cref="ConnectionSlots"/>. The limit is kept where connections are accepted, before anything is queued for them:
/// Kestrel's own comes later, so that a flood on a busy machine reaches the limit of descriptors first, after which Kestrel accepts none ever again.
/// </summary>
/// <param name="options">Of the sockets.</param>
/// <param name="logs">Of the sockets.</param>
/// <param name="slots">The limit.</param>
internal sealed class LimitedTransport(IOptions<SocketTransportOptions> options, ILoggerFactory logs, ConnectionSlots slots) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, logs);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new LimitedListener(await _sockets.BindAsync(endpoint, cancellationToken), slots);
}
