using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace PainlessSteering.Server.Connections;

/// <summary>A connection that gives its place back once it is closed, which is when its descriptor is free again.</summary>
internal sealed class LimitedConnection : ConnectionContext
{
    private readonly ConnectionContext _connection;
    private readonly ConnectionSlot _slot;

    /// <param name="connection">The socket's connection.</param>
    /// <param name="slot">Its place; requests find it among their features.</param>
    public LimitedConnection(ConnectionContext connection, ConnectionSlot slot)
    {
        (_connection, _slot) = (connection, slot);
        connection.Features.Set(slot);
    }

    public override string ConnectionId
    {
        get => _connection.ConnectionId;
        set => _connection.ConnectionId = value;
    }

    public override IFeatureCollection Features => _connection.Features;

    public override IDictionary<object, object?> Items
    {
        get => _connection.Items;
        set => _connection.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _connection.Transport;
        set => _connection.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _connection.ConnectionClosed;
        set => _connection.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _connection.LocalEndPoint;
        set => _connection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _connection.RemoteEndPoint;
        set => _connection.RemoteEndPoint = value;
    }

    public override void Abort() => _connection.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        finally
        {
            _slot.Leave();
            await base.DisposeAsync();
        }
    }
}
