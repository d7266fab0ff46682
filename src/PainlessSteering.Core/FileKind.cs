using System.Runtime.InteropServices;

namespace PainlessSteering;

/// <summary>Tells files from what only looks like one: a pipe that blocks its reader for ever, or a device that has no end.</summary>
internal static partial class FileKind
{
    private const int TypeBits = 0xF000;
    private const string Pipe = "a pipe";

    /// <summary>Refuses a pipe, a socket or a device before it is opened. What is a file, a folder or not there is for the caller to see.</summary>
    /// <param name="path">Where something is read from.</param>
    /// <exception cref="PasException">It is none of these.</exception>
    public static void EnsureRegular(string path)
    {
        if (Special(path) is { } kind)
        {
            throw new PasException("cannot read the file", path, "a regular file", kind, kind == Pipe ? "write what it gives into a file" : null) { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>What stands at a path, or at the end of its links, where it is neither a file nor a folder; null otherwise, and where there is nothing.</summary>
    public static string? Special(string path)
    {
        if (OperatingSystem.IsWindows() || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        // .NET's own way to ask, which hides how each system lays its answer out: flags, then the mode.
        Span<int> status = stackalloc int[64];
        return Status(path, ref MemoryMarshal.GetReference(status)) != 0 ? null : (status[1] & TypeBits) switch
        {
            0x1000 => Pipe,
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(string path, ref int status);
}
