using System.IO.Compression;
using System.Text;
using DuckDB.NET.Data;
using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>A temporary folder with the data files that a test writes.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("painless-data-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public string WriteGzip(string name, string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return Write(name, buffer.ToArray());
    }

    public string WriteParquet(string name, string select)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({select}) TO '{PathOf(name)}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return PathOf(name);
    }

    public Dataset Load(string name, string text, DatasetColumns? columns = null, bool skipBadRows = false) =>
        Dataset.Load(Write(name, text), columns, skipBadRows);

    public string Error(string name, string text, DatasetColumns? columns = null) => Assert.Throws<PasException>(() => Load(name, text, columns)).Message;

    public void Dispose() => _folder.Delete(recursive: true);
}
