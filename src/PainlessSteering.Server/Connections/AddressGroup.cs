using System.Net;
using System.Net.Sockets;

namespace PainlessSteering.Server.Connections;

/// <summary>Who counts as one where limits are kept for each address.</summary>
internal static class AddressGroup
{
    private const int Network = 8;

    /// <summary>An IPv4 address, or the network of 64 bits of an IPv6 address, since a subscriber has all of one.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null or { AddressFamily: AddressFamily.InterNetwork } or { IsIPv4MappedToIPv6: true })
        {
            return address?.MapToIPv4().ToString() ?? "";
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(Network).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
