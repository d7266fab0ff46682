using System.IO.Compression;
using System.Text;
using DuckDB.NET.Data;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>What tests of data files do with a temporary folder.</summary>
internal static class DataFolder
{
    public static string WriteGzip(this TempFolder folder, string name, string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return folder.Write(name, buffer.ToArray());
    }

    public static string WriteParquet(this TempFolder folder, string name, string select)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({select}) TO '{folder.File(name)}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return folder.File(name);
    }

    public static Dataset Load(this TempFolder folder, string name, string text, DatasetColumns? columns = null, bool skipBadRows = false) =>
        Dataset.Load(folder.Write(name, text), columns, skipBadRows);

    public static string Error(this TempFolder folder, string name, string text, DatasetColumns? columns = null) =>
        Assert.Throws<PasException>(() => folder.Load(name, text, columns)).Message;
}
