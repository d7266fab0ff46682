namespace PainlessSteering.Data.Tasks;

/// <summary>Brings a task's files, each in whatever layout, into one table of items.</summary>
internal static class TaskReader
{
    /// <param name="benchmark">Says which layouts there are.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="place">Names the files in errors.</param>
    /// <param name="files">The files, in the order of the rows.</param>
    /// <param name="select">The protocol's select.</param>
    public static DataFile Open(Benchmark benchmark, string task, string place, IReadOnlyList<NamedFile> files, string select) => DataFile.Open(place, tables =>
    {
        tables.SetVariable("task", task);
        var first = true;
        foreach (var file in files)
        {
            tables.SetVariable("file", file.Name);
            tables.Take(file.Path, typed: true);
            var layout = Recognise([.. benchmark.Layouts.Where(layout => layout.Tasks?.Contains(task) ?? true)], tables, file);
            foreach (var column in (layout.Optional ?? []).Where(column => !HasColumn(tables, column)))
            {
                tables.Run($"ALTER TABLE data ADD COLUMN \"{column}\" VARCHAR");
            }

            var rows = $"SELECT * FROM (\n{layout.Sql}\n)";
            tables.Run(first ? $"CREATE TABLE records AS {rows}" : $"INSERT INTO records BY NAME {rows}");
            first = false;
        }

        tables.Select(select);
    });

    private static TaskLayout Recognise(IReadOnlyList<TaskLayout> layouts, DataFile tables, NamedFile file)
    {
        var columns = tables.Columns().Where(column => !column.Name.Contains('.', StringComparison.Ordinal)).Select(column => column.Name).ToList();
        foreach (var layout in layouts)
        {
            if (!layout.Headerless && layout.Columns.All(column => columns.Contains(column, StringComparer.OrdinalIgnoreCase)))
            {
                return layout;
            }

            if (layout.Headerless && layout.Columns.Count == columns.Count && IsCsv(file.Path))
            {
                tables.Take(file.Path, typed: true, layout.Columns);
                return layout;
            }
        }

        throw new PasException(
            "has none of the task's layouts", file.Name, string.Join(", or ", layouts.Select(layout => $"the columns {string.Join(", ", layout.Columns)} ({layout.Name})")),
            $"the columns {CellText.Shown(string.Join(", ", columns), 400)}")
        { Code = ErrorCodes.BadData };
    }

    private static bool HasColumn(DataFile tables, string name) => tables.Columns().Any(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A local file and the name that tells what is in it: below its repository or archive where it comes from one.</summary>
internal sealed record NamedFile(string Path, string Name);
