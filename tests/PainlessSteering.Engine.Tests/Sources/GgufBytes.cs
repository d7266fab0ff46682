using System.Text;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>A GGUF file taken apart, to be put together otherwise.</summary>
internal sealed class GgufBytes
{
    private const int Alignment = 32, Text = 8, List = 9, Int32 = 5, UInt16 = 2;

    private static readonly int[] Sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

    /// <summary>Keys with their types and values as they are in the file.</summary>
    public List<(string Key, byte[] Value)> Keys { get; } = [];

    /// <summary>Tensors with their sizes as they are in the file.</summary>
    public List<(string Name, ulong[] Sizes, uint Type, byte[] Data)> Tensors { get; } = [];

    public static GgufBytes Read(string path)
    {
        var found = new GgufBytes();
        using var file = GgufFile.Open(path);
        using var reader = new BinaryReader(File.OpenRead(path));
        reader.BaseStream.Position = 8;
        var (tensors, keys) = (reader.ReadUInt64(), reader.ReadUInt64());
        for (var i = 0UL; i < keys; i++)
        {
            var key = Name(reader);
            var start = reader.BaseStream.Position;
            Skip(reader, reader.ReadUInt32());
            var value = new byte[reader.BaseStream.Position - start];
            reader.BaseStream.Position = start;
            reader.BaseStream.ReadExactly(value);
            found.Keys.Add((key, value));
        }

        for (var i = 0UL; i < tensors; i++)
        {
            var name = Name(reader);
            var sizes = new ulong[reader.ReadUInt32()];
            for (var j = 0; j < sizes.Length; j++)
            {
                sizes[j] = reader.ReadUInt64();
            }

            var type = reader.ReadUInt32();
            reader.ReadUInt64();
            var data = new byte[file.Tensors[name].Length];
            file.ReadBytes(file.Tensors[name], 0, data);
            found.Tensors.Add((name, sizes, type, data));
        }

        return found;
    }

    public GgufBytes With(string key, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        return With(key, [.. BitConverter.GetBytes(Text), .. BitConverter.GetBytes((ulong)text.Length), .. text]);
    }

    public GgufBytes With(string key, int value) => With(key, [.. BitConverter.GetBytes(Int32), .. BitConverter.GetBytes(value)]);

    public GgufBytes With(string key, ushort value) => With(key, [.. BitConverter.GetBytes(UInt16), .. BitConverter.GetBytes(value)]);

    /// <summary>The file.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        void Name(string name)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            writer.Write((ulong)bytes.Length);
            writer.Write(bytes);
        }

        void Pad() => writer.Write(new byte[(Alignment - (stream.Position % Alignment)) % Alignment]);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)Tensors.Count);
        writer.Write((ulong)Keys.Count);
        foreach (var (key, value) in Keys)
        {
            Name(key);
            writer.Write(value);
        }

        var offset = 0UL;
        foreach (var (name, sizes, type, data) in Tensors)
        {
            Name(name);
            writer.Write((uint)sizes.Length);
            Array.ForEach(sizes, writer.Write);
            writer.Write(type);
            writer.Write(offset);
            offset += (ulong)((data.Length + Alignment - 1) / Alignment * Alignment);
        }

        foreach (var tensor in Tensors)
        {
            Pad();
            writer.Write(tensor.Data);
        }

        Pad();
        return stream.ToArray();
    }

    private GgufBytes With(string key, byte[] value)
    {
        Keys.RemoveAll(entry => entry.Key == key);
        Keys.Add((key, value));
        return this;
    }

    private static string Name(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static void Skip(BinaryReader reader, uint type)
    {
        if (type == Text)
        {
            var length = (long)reader.ReadUInt64();
            reader.BaseStream.Position += length;
        }
        else if (type == List)
        {
            var (of, count) = (reader.ReadUInt32(), reader.ReadUInt64());
            for (var i = 0UL; i < count; i++)
            {
                Skip(reader, of);
            }
        }
        else
        {
            reader.BaseStream.Position += Sizes[type];
        }
    }
}
