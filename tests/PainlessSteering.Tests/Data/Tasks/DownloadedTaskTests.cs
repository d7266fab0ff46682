using PainlessSteering.Data;
using PainlessSteering.Data.Tasks;
using PainlessSteering.Hub;
using PainlessSteering.Tests.Hub;

namespace PainlessSteering.Tests.Data.Tasks;

/// <summary>A task is read from where the hub's client has put its data set.</summary>
public sealed class DownloadedTaskTests : IDisposable
{
    private readonly HubServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task ADataSetAtARevisionBecomesATask()
    {
        var source = TaskCatalog.Find("TruthfulQA").Sources.Single();
        _server.Files.Clear();
        _server.Files["README.md"] = "#"u8.ToArray();
        _server.Files["generation/validation.json"] = "[]"u8.ToArray();
        _server.Files["multiple_choice/validation-00000-of-00001.parquet"] = Parquet();
        var repository = new HubRepository(HubKind.Dataset, source.Repository);
        var cache = new HubCache(_server.Cache.Path);
        var missing = Assert.Throws<PasException>(() => TaskCatalog.Find("TruthfulQA").Load(Protocol.Sound, cache)).Message;
        Assert.EndsWith($"fetch it with 'pas download truthfulqa/truthful_qa --dataset --revision {source.Revision}'", missing, StringComparison.Ordinal);

        await _server.DownloadAsync("main", repository);
        Directory.Move(cache.Find(repository)!, cache.Find(repository)!.Replace(HubServer.Commit, source.Revision, StringComparison.Ordinal));
        var item = TaskCatalog.Find("TruthfulQA").Load(Protocol.Sound, cache).Items.Single();
        Assert.Equal(("Is it?", "No"), (item.Question, item.Choices[item.Answer]));
    }

    private static byte[] Parquet()
    {
        using var folder = new TempFolder();
        using var connection = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY (select 'Is it?' as question, {{'choices': ['No', 'Yes'], 'labels': [1, 0]}} as mc1_targets) TO '{folder.File("data.parquet")}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return File.ReadAllBytes(folder.File("data.parquet"));
    }
}
