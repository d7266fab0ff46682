using System.IO.Compression;
using System.Runtime.InteropServices;

namespace PainlessSteering.Tests;

/// <summary>Reads float32 arrays of an .npz file.</summary>
internal static class NumPyArchive
{
    public static Dictionary<string, float[]> Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => Path.GetFileNameWithoutExtension(entry.Name), entry =>
        {
            using var memory = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(memory);
            }

            var bytes = memory.ToArray();
            var header = BitConverter.ToUInt16(bytes, 8); // format version 1.0
            return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + header)).ToArray();
        });
    }
}
