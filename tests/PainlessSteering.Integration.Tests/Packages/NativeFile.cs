using System.Reflection.PortableExecutable;

namespace PainlessSteering.Tests.Packages;

/// <summary>Tells by its first bytes which platform a native program or library is for.</summary>
internal static class NativeFile
{
    /// <summary>The platform as .NET names it; null of a file that is not native code.</summary>
    public static string? Platform(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[20];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }

        if (head.StartsWith("\u007fELF"u8))
        {
            return head[18] == 0x3E ? "linux-x64" : "linux of another processor"; // e_machine
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xCF, 0xFA, 0xED, 0xFE]))
        {
            return head[4] == 0x0C ? "osx-arm64" : "macOS of another processor"; // cputype
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xCA, 0xFE, 0xBA, 0xBE]))
        {
            return "osx-arm64"; // For both processors.
        }

        if (!head.StartsWith("MZ"u8))
        {
            return null;
        }

        file.Position = 0;
        using var image = new PEReader(file);
        return image.HasMetadata ? null : image.PEHeaders.CoffHeader.Machine == Machine.Amd64 ? "win-x64" : "Windows of another processor";
    }
}
