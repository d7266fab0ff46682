using System.Net;
using Microsoft.AspNetCore.Connections;

namespace PainlessSteering.Server.Connections;

/// <summary>
/// The connections that may be open at once, in all and of one address. Where they are as many as may be, the one that is longest without a
/// request gives way to the next: a flood of connections that ask nothing pushes itself out. Only where all have requests is one refused.
/// Safe for concurrent use.
/// </summary>
/// <param name="most">Most connections.</param>
/// <param name="mostOfAddress">Most connections of one address.</param>
internal sealed class ConnectionSlots(int most, int mostOfAddress)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionSlot> _idle = []; // The longest idle first.
    private readonly Dictionary<string, Address> _addresses = [];
    private int _open;
    private long _displaced, _refused;

    /// <summary>Most connections at once.</summary>
    public int Most => most;

    /// <summary>Connections that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections that have a request.</summary>
    public int Busy
    {
        get
        {
            lock (_lock)
            {
                return _open - _idle.Count;
            }
        }
    }

    /// <summary>Connections that gave way so far.</summary>
    public long Displaced => Interlocked.Read(ref _displaced);

    /// <summary>Connections that were refused so far.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>A place for a connection; null where there is none, and the connection is not kept.</summary>
    public ConnectionSlot? TryTake(ConnectionContext connection)
    {
        var name = AddressGroup.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        var slot = new ConnectionSlot(this, connection, name);
        ConnectionSlot? leaving = null;
        lock (_lock)
        {
            var address = _addresses.GetValueOrDefault(name);
            if (address?.Open >= mostOfAddress || _open >= most)
            {
                leaving = (address?.Open >= mostOfAddress ? address.Idle : _idle).First?.Value;
                if (leaving is null)
                {
                    _refused++;
                    return null;
                }

                _displaced++;
                Remove(leaving);
            }

            _open++;
            (_addresses.TryGetValue(name, out address) ? address : _addresses[name] = new Address()).Open++;
            Rest(slot);
        }

        leaving?.Connection.Abort(new ConnectionAbortedException("the connection had no request, and others wait")); // Closes it before this returns.
        return slot;
    }

    public void Begin(ConnectionSlot slot)
    {
        lock (_lock)
        {
            Wake(slot);
        }
    }

    public void End(ConnectionSlot slot)
    {
        lock (_lock)
        {
            if (!slot.Left && slot.Idle is null)
            {
                Rest(slot);
            }
        }
    }

    public void Leave(ConnectionSlot slot)
    {
        lock (_lock)
        {
            Remove(slot);
        }
    }

    private void Remove(ConnectionSlot slot)
    {
        if (slot.Left)
        {
            return;
        }

        slot.Left = true;
        Wake(slot);
        _open--;
        if (--_addresses[slot.Address].Open == 0)
        {
            _addresses.Remove(slot.Address);
        }
    }

    private void Rest(ConnectionSlot slot) => slot.Idle = (_idle.AddLast(slot), _addresses[slot.Address].Idle.AddLast(slot));

    private void Wake(ConnectionSlot slot)
    {
        if (slot.Idle is { } places)
        {
            _idle.Remove(places.InAll);
            _addresses[slot.Address].Idle.Remove(places.InAddress);
            slot.Idle = null;
        }
    }

    private sealed class Address
    {
        public int Open { get; set; }

        public LinkedList<ConnectionSlot> Idle { get; } = [];
    }
}
