namespace PainlessSteering.Data;

/// <summary>The multiple-choice items of one data file.</summary>
public sealed record Dataset
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The items in file order.</summary>
    public required IReadOnlyList<MultipleChoiceItem> Items { get; init; }

    /// <summary>The rows that are no items and were left out.</summary>
    public required IReadOnlyList<BadRow> BadRows { get; init; }

    /// <summary>Which column was taken for which part; null where no column plays it.</summary>
    public required DatasetColumns Understood { get; init; }

    /// <summary>How the file names the right choice.</summary>
    public required AnswerForm AnswerForm { get; init; }

    /// <summary>Every column of the file (or of the select): the part that it plays, or why it is not used.</summary>
    public IReadOnlyList<ColumnUse> Columns { get; init; } = [];

    /// <summary>What the user should know of how the file was read: what could be read otherwise, and what was mended.</summary>
    public IReadOnlyList<string> Notes => NotesIn(name => name);

    /// <summary>The notes, in which a setting is named as <see cref="SettingName"/> has it.</summary>
    internal IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>One line about the columns that are not used and may be missed; null where there are none.</summary>
    public string? Unused => Columns.Where(column => column.MayBeMissed).Select(column => column.Column).ToArray() is { Length: > 0 } names
        ? $"columns that are not used: {CellText.Shown(string.Join(", ", names), 300)}"
        : null;

    /// <summary>SHA-256 over the content of the items, in hexadecimal: equal for equal items in equal order, whatever the file's form.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The notes in the words of a surface.</summary>
    /// <param name="nameOf">What a setting of the library is called there; null for one that it does not have.</param>
    public IReadOnlyList<string> NotesIn(Func<string, string?> nameOf) => [.. Told.Select(note => SettingName.Fill(note, nameOf)!)];

    /// <summary>Reads a local CSV, TSV, JSON, JSONL or Parquet file, plain or gzipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which column plays which part; what is not told is recognised by name.</param>
    /// <param name="skipBadRows">Leave unusable rows out and report them, instead of failing on the first.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">The file cannot be read or passes a limit, its columns are not understood, a row is unusable, or none is usable.</exception>
    public static Dataset Load(string path, DatasetColumns? columns = null, bool skipBadRows = false, CancellationToken cancellation = default)
    {
        var dataset = Examine(path, columns, cancellation);
        if (dataset.BadRows.Count > 0 && (!skipBadRows || dataset.Items.Count == 0))
        {
            throw dataset.BadRows[0].ToException(columns?.Sql is null ? path : $"{path}, select");
        }

        return dataset;
    }

    /// <summary>Reads a file as <see cref="Load"/> does, but reports bad rows without failing, even where no row is usable.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which column plays which part; what is not told is recognised by name.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">The file cannot be read or passes a limit, or its columns are not understood.</exception>
    public static Dataset Examine(string path, DatasetColumns? columns = null, CancellationToken cancellation = default)
    {
        columns ??= new DatasetColumns();
        using var file = DataFile.Open(path, columns.Sql, cancellation);
        if (file.IsEmpty)
        {
            throw new PasException("has no rows", file.Place, "one row an item") { Code = ErrorCodes.BadData };
        }

        return Read(file, path, Roles(file, columns), columns, ofTask: false);
    }

    /// <summary>The items of an opened task, whose select has been run.</summary>
    internal static Dataset ReadTask(DataFile file, string path, string select)
    {
        var dataset = Read(file, path, ColumnRoles.OfTask(file.Columns(), file.Place), new DatasetColumns { Sql = select }, ofTask: true);
        return dataset.BadRows.Count == 0 ? dataset : throw dataset.BadRows[0].ToException(file.Place);
    }

    private static Dataset Read(DataFile file, string path, ColumnRoles roles, DatasetColumns told, bool ofTask)
    {
        var reader = new ItemReader(file, roles, ofTask, told.AnswerForm);
        var (items, badRows) = reader.Read();
        var missing = reader.WithMissingLast == 0 ? null : FormattableString.Invariant($"{reader.WithMissingLast} rows have fewer choices: their last ones are empty");
        return new Dataset
        {
            Path = path,
            Items = items,
            BadRows = badRows,
            Understood = new DatasetColumns
            {
                Question = roles.Question.Name,
                Choices = [.. roles.Choices.Select(column => column.Name)],
                Answer = roles.Answer?.Name,
                Passage = roles.Passages.Count == 0 ? null : [.. roles.Passages.Select(column => column.Name)],
                Context = roles.Context?.Name,
                Group = roles.Group?.Name,
                Sql = told.Sql,
            },
            Columns = ColumnUse.Of(file.Columns(), roles, file.Found.Beside),
            Told = [.. file.Found.Notes, .. new[] { reader.Doubt, missing }.OfType<string>()],
            AnswerForm = reader.Form,
            Fingerprint = ContentHash.Of(items),
        };
    }

    /// <summary>The parts of the columns; an answer column is not looked for where the choices mark the right one.</summary>
    private static ColumnRoles Roles(DataFile file, DatasetColumns told)
    {
        var columns = file.Columns();
        var roles = ColumnRoles.Find(columns, told, file.Place);
        if (roles.RightFirst)
        {
            return roles;
        }

        if (told.Answer is null && roles.Choices.Count == 1)
        {
            var first = file.Rows([roles.Choices[0]]).Select(row => row.Cells[0]).FirstOrDefault(cell => cell is not null);
            if (first is not null && ChoiceList.FromCell(first)?.Right is not null)
            {
                return roles with { Answer = null };
            }
        }

        return roles.Answer is not null ? roles : throw ColumnRoles.NotFound(columns, "answer", nameof(DatasetColumns.Answer), file.Place);
    }
}
