using System.Buffers.Binary;
using System.Text;

namespace PainlessSteering.Tests.Models;

/// <summary>Safetensors files from hand-written headers, made without the code under test.</summary>
internal static class RawSafeTensors
{
    public static byte[] Bytes(string header, params byte[] data) => Bytes(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Bytes(byte[] header, params byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
