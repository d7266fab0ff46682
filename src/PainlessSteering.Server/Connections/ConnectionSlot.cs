using Microsoft.AspNetCore.Connections;

namespace PainlessSteering.Server.Connections;

/// <summary>The place of one open connection among <see cref="ConnectionSlots"/>.</summary>
/// <param name="slots">Where it is.</param>
/// <param name="connection">The connection.</param>
/// <param name="address">Whose it is.</param>
internal sealed class ConnectionSlot(ConnectionSlots slots, ConnectionContext connection, string address)
{
    public ConnectionContext Connection => connection;

    public string Address => address;

    /// <summary>Whether it gave its place back; kept under the lock of the slots.</summary>
    public bool Left { get; set; }

    /// <summary>Its places in the queues of connections without a request; null while it has one.</summary>
    public (LinkedListNode<ConnectionSlot> InAll, LinkedListNode<ConnectionSlot> InAddress)? Idle { get; set; }

    /// <summary>A request came: the connection does not give way before its answer is sent.</summary>
    public void Begin() => slots.Begin(this);

    /// <summary>The answer is sent.</summary>
    public void End() => slots.End(this);

    /// <summary>The connection is closed.</summary>
    public void Leave() => slots.Leave(this);
}
