using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace PainlessSteering;

/// <summary>
/// Names of what is being written: hidden, and with the process that writes, so that the next one can tell what a killed process left.
/// Only such names are ever swept, only in the folder itself, and only where the process cannot live: one of this machine is looked for,
/// and what another machine writes has not changed for an hour by the file system's clock.
/// </summary>
internal static partial class TemporaryName
{
    private const string Ending = ".tmp";

    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);
    private static readonly string Place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ProcessIdentity.Place ?? Environment.MachineName)))[..8];
    private static readonly ConcurrentDictionary<string, bool> Swept = [];
    private static int _count;

    /// <summary>A name for what will be renamed to a target beside it. The folder is swept where this process has not yet.</summary>
    /// <param name="target">Full path of the target.</param>
    public static string Beside(string target)
    {
        var (folder, mark) = (Path.GetDirectoryName(target)!, "." + Mark());
        SweepOnce(folder);
        return Path.Combine(folder, "." + FileNames.Fitted(Path.GetFileName(target), FileNames.Longest - 1 - mark.Length) + mark);
    }

    /// <summary>Makes a folder for the files of one computation in the system's folder for such, closed to other users.</summary>
    /// <param name="purpose">Lower-case letters.</param>
    public static DirectoryInfo Scratch(string purpose)
    {
        var folder = Path.GetTempPath();
        SweepOnce(folder);
        var path = Path.Combine(folder, $"painless-{purpose}-{Mark()}");
        return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Deletes what killed processes left in a folder.</summary>
    public static void Sweep(string folder)
    {
        try
        {
            DateTime? now = null;
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*" + Ending))
            {
                if (Pattern().Match(entry.Name) is { Success: true } name && entry.LinkTarget is null && IsLeft(name, entry, ref now))
                {
                    FaultPoint.At("sweep");
                    Delete(entry);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not there, or another user's.
        }
    }

    private static void SweepOnce(string folder)
    {
        if (Swept.TryAdd(folder, true))
        {
            Sweep(folder);
        }
    }

    private static string Mark() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place}-{Environment.ProcessId}-{ProcessIdentity.Start}-{Interlocked.Increment(ref _count)}{Ending}");

    private static bool IsLeft(Match name, FileSystemInfo entry, ref DateTime? now)
    {
        if (name.Groups["place"].Value == Place && ProcessIdentity.Place is not null)
        {
            return int.TryParse(name.Groups["process"].Value, CultureInfo.InvariantCulture, out var process)
                && long.TryParse(name.Groups["start"].Value, CultureInfo.InvariantCulture, out var start)
                && !ProcessIdentity.IsRunning(process, start);
        }

        var changed = entry is DirectoryInfo folder ? folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(inner => inner.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max() : entry.LastWriteTimeUtc;
        now ??= FolderClock.Now(Path.GetDirectoryName(entry.FullName)!);
        return now - changed > Silence;
    }

    private static void Delete(FileSystemInfo entry)
    {
        try
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Swept by another process meanwhile, or another user's.
        }
    }

    [GeneratedRegex(@"\A(\..*\.|painless-[a-z]+-)(?<place>[0-9a-f]{8})-(?<process>[0-9]+)-(?<start>[0-9]+)-[0-9]+\.tmp\z", RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
