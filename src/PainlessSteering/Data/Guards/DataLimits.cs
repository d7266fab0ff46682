namespace PainlessSteering.Data.Guards;

/// <summary>What a data file and a select over it may ask for. Every limit of the reader stands here, and every refusal names the one that was passed.</summary>
/// <remarks>They are far above any data set that steering can use, and low enough that a hostile file is refused before it costs seconds or gigabytes.</remarks>
internal static class DataLimits
{
    /// <summary>Bytes of a file, after decompression.</summary>
    public const long FileBytes = 512L << 20;

    /// <summary>Bytes that a compressed file may become for each of its own; charged from <see cref="RatioFrom"/> bytes on, since short repetitive files compress well.</summary>
    public const int Ratio = 200;

    /// <summary>Bytes up to which <see cref="Ratio"/> is not charged.</summary>
    public const long RatioFrom = 16L << 20;

    /// <summary>Records of a file, and rows of a select.</summary>
    public const long Rows = 1_000_000;

    /// <summary>Columns: cells of a line, keys of records, fields of one nested column.</summary>
    public const int Columns = 1_000;

    /// <summary>Different keys in all objects of a JSON file. Many sets have choices as keys, so there may be many.</summary>
    public const int Keys = 250_000;

    /// <summary>Levels of lists and objects in a JSON record.</summary>
    public const int Depth = 64;

    /// <summary>Levels that a JSON file may have around its records, such as <c>{"data": {"train": [ … ]}}</c>.</summary>
    public const int DepthAround = 4;

    /// <summary>Bytes of a row of a CSV or TSV file; DuckDB's own limit too.</summary>
    public const int LineBytes = 2 << 20;

    /// <summary>Bytes of a JSON record; DuckDB's own limit too.</summary>
    public const int RecordBytes = 16 << 20;

    /// <summary>Bytes of a JSON file that is one object around its records, which is held in memory whole.</summary>
    public const long WholeObjectBytes = 64L << 20;

    /// <summary>Characters of a select.</summary>
    public const int SelectLength = 16_384;

    /// <summary>The most that a number in a select may ask a function to make of nothing, such as a text repeated so often.</summary>
    public const long SelectNumber = 10_000;

    /// <summary>The most that several such numbers may make together; DuckDB works on some 2,000 rows before it can be interrupted.</summary>
    public const long SelectProduct = 100_000;

    /// <summary>The most times that a text of the file may be in one value of a select.</summary>
    public const int SelectCopies = 100;

    /// <summary>The most that a plain number may multiply a text of the file by.</summary>
    public const int SelectRepeats = 16;

    /// <summary>DuckDB's memory, in its own words.</summary>
    public const string Memory = "512MiB";

    /// <summary>What DuckDB may put into its temporary folder, in its own words.</summary>
    public const string TemporaryFiles = "2GiB";

    /// <summary>Bytes that the process may grow by while a select runs: DuckDB does not count the memory of single long texts and lists.</summary>
    public const long SelectGrowth = 768L << 20;

    /// <summary>
    /// Bytes that the process may grow by while a file is read, beyond those that the file has on the disk, where <see cref="ProcessMemory"/>
    /// limits it: what DuckDB counts, and half as much again that it does not.
    /// </summary>
    public const long ProcessGrowth = 768L << 20;

    /// <summary>Rows that DuckDB works on at once.</summary>
    public const int VectorRows = 2048;

    /// <summary>Bytes of the texts of so many rows of a Parquet file.</summary>
    public const long TextsOfVector = 512L << 20;

    /// <summary>The stack of the thread that runs DuckDB, whose parser and binder go down with the depth of what they read.</summary>
    public const int StackBytes = 64 << 20;

    /// <summary>Processor time for reading a file of so many bytes, or for a select over it: no honest one comes near.</summary>
    public static TimeSpan Time(long bytes) => TimeSpan.FromSeconds(1 + (bytes / (double)(1 << 20)));

    /// <summary>The refusal of what passes a limit.</summary>
    public static PasException Refusal(string what, string place, string? limit, string? found = null, string? remedy = null) => new(what, place, limit, found, remedy) { Code = ErrorCodes.BadData };

    /// <summary>The refusal of JSON that is nested too deeply.</summary>
    public static PasException Nested(string place, Exception? inner = null) =>
        new("its records are nested too deeply", place, FormattableString.Invariant($"lists and objects in at most {Depth} levels"), inner: inner) { Code = ErrorCodes.BadData };

    /// <summary>A number of bytes in words.</summary>
    public static string InWords(long bytes) => bytes >= 1 << 20 ? FormattableString.Invariant($"{bytes >> 20} MiB") : FormattableString.Invariant($"{bytes} bytes");
}
