using System.Buffers.Binary;

namespace PainlessSteering.Text;

/// <summary>Walks the fields of a protobuf message. A damaged message ends in an <see cref="InvalidDataException"/>.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;
    private ReadOnlySpan<byte> bytes = default;
    private ulong number = 0;
    private WireType type = WireType.Variable;

    private enum WireType
    {
        Variable = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>Number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>Its value as an integer of variable length.</summary>
    public readonly ulong Number => Of(WireType.Variable).number;

    /// <summary>Its value as a string, bytes or a message.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Of(WireType.Bytes).bytes;

    /// <summary>Its value as a number of single precision.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Of(WireType.Fixed32).number);

    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = Variable();
        Field = (int)(tag >> 3);
        type = (WireType)(tag & 7);
        switch (type)
        {
            case WireType.Variable:
                number = Variable();
                break;
            case WireType.Fixed64:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case WireType.Bytes:
                bytes = Take(Variable());
                break;
            case WireType.Fixed32:
                number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException("unknown wire type");
        }

        return true;
    }

    private readonly ProtobufReader Of(WireType wanted) => type == wanted ? this : throw new InvalidDataException(FormattableString.Invariant($"field {Field} is of another kind than it should be"));

    private ulong Variable()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is too long");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new InvalidDataException("it ends too early");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
