using PainlessSteering.Data.Guards;

namespace PainlessSteering.Data;

/// <summary>Makes of a JSON file, whatever is around or amiss with its records, one that DuckDB reads record by record.</summary>
internal static class JsonSource
{
    /// <summary>The file itself, or a copy of its records in the folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">Takes the copies.</param>
    /// <param name="found">Gets what the user should know, and the keys that are not read.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">It passes a limit, or holds several lists of records.</exception>
    public static string Prepare(string path, string folder, SourceNotes found, CancellationToken cancellation)
    {
        var source = path;
        var scan = JsonScan.Of(source, path, cancellation);
        if (scan.IsUtf16 || scan.NeedsMending)
        {
            var mended = JsonMending.Copy(source, source = Path.Combine(folder, "mended.json"), path, scan.IsUtf16, cancellation);
            if (mended > 0)
            {
                found.Notes.Add(FormattableString.Invariant($"{mended} values are NaN or infinite, which JSON does not have: they are read as missing"));
            }

            scan = JsonScan.Of(source, path, cancellation);
        }

        if (scan is { Values: 1, StartsWithObject: true } && scan.Bytes <= DataLimits.WholeObjectBytes)
        {
            var records = Path.Combine(folder, "records.jsonl");
            if (JsonRecords.Write(source, records, path, DataLimits.Depth + DataLimits.DepthAround) is { } layout)
            {
                found.Beside.AddRange(layout.Beside);
                if (layout.Keys.Count > 1)
                {
                    found.Notes.Add($"the records of {string.Join(", ", layout.Keys)} are read together, in this order; the column 'split' tells them apart for a select");
                }

                source = records;
                scan = JsonScan.Of(source, path, cancellation);
            }
        }

        scan.Check(path);
        return source;
    }
}

/// <summary>What reading a file found that the user should know.</summary>
internal sealed class SourceNotes
{
    /// <summary>Sentences for people.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Keys beside the records, which are not read.</summary>
    public List<string> Beside { get; } = [];
}
