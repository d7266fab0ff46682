using System.Text.Json;

namespace PainlessSteering.Data.Tasks;

/// <summary>The benchmark tasks that come with the library, one JSON file a benchmark.</summary>
public static class TaskCatalog
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    private static readonly Lazy<IReadOnlyList<BenchmarkTask>> Tasks = new(Read);

    /// <summary>Every task, by category and name.</summary>
    public static IReadOnlyList<BenchmarkTask> All => Tasks.Value;

    /// <summary>The task of that name, in any case.</summary>
    /// <exception cref="PasException">There is none.</exception>
    public static BenchmarkTask Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(task => task.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new PasException(
            "there is no such task", name, remedy: Suggestion.Nearest(name.ToLowerInvariant(), All.Select(task => task.Name.ToLowerInvariant())) is { } nearest
                ? $"did you mean '{All.First(task => task.Name.Equals(nearest, StringComparison.OrdinalIgnoreCase)).Name}'?"
                : "'pas tasks list' shows all")
        { Code = ErrorCodes.BadSetting };
    }

    /// <exception cref="JsonException">A key is missing, or not known.</exception>
    internal static Benchmark Parse(Stream json) => JsonSerializer.Deserialize<Benchmark>(json, Options)!;

    private static List<BenchmarkTask> Read()
    {
        var assembly = typeof(TaskCatalog).Assembly;
        var tasks = new List<BenchmarkTask>();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("tasks/", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var benchmark = Parse(stream);
            tasks.AddRange(benchmark.Tasks.Select(entry => new BenchmarkTask(benchmark, entry)));
        }

        return [.. tasks.OrderBy(task => task.Category).ThenBy(task => task.Name, StringComparer.Ordinal)];
    }
}
