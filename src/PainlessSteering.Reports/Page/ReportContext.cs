using PainlessSteering.Reports.Paper;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Studies;
using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Page;

/// <summary>What a section writes from, and what it adds figures and tables to.</summary>
/// <param name="study">What the study's folder holds.</param>
/// <param name="files">The files beside the page.</param>
/// <param name="font">For figures; null where there is none, and figures are left out.</param>
internal sealed class ReportContext(StudyResults study, ReportFiles files, string? font)
{
    /// <summary>The results, put together and judged.</summary>
    public StudyTables Tables { get; } = StudyTables.Of(study);

    /// <summary>The results as they are, with how long they took.</summary>
    public StudyResults Study { get; } = study;

    /// <summary>What the paper found.</summary>
    public PaperNumbers Paper { get; } = PaperNumbers.Load();

    /// <summary>A table in the page and as <c>tables/NAME.csv</c>; nothing where it has no rows. Columns without any entry are in the file alone.</summary>
    public string Table<T>(string name, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        if (rows.Count == 0)
        {
            return "";
        }

        var shown = columns.Where(column => column.Heading is not null && rows.Any(row => column.Shown(row).Length > 0)).ToArray();
        return Html.Table([.. shown.Select(column => (column.Heading!, column.Number))], rows.Select(row => shown.Select(column => column.Shown(row))))
            + $"<p class=\"file\"><a href=\"{Csv(name, columns, rows)}\">CSV</a></p>\n";
    }

    /// <summary>A table as <c>tables/NAME.csv</c> alone.</summary>
    /// <returns>Its path below the report's folder.</returns>
    public string Csv<T>(string name, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows) =>
        files.AddCsv(name, columns.Select(column => column.Key), rows.Select(row => columns.Select(column => column.Raw(row))));

    /// <summary>A figure in the page and as <c>figures/NAME.svg</c>; nothing where there is no font to write with.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="words">What it shows.</param>
    /// <param name="draw">Draws it with a font.</param>
    public string Figure(string name, string words, Func<string, byte[]> draw)
    {
        if (font is null)
        {
            return "";
        }

        var svg = draw(font);
        return Html.Figure(svg, words, files.Add(ReportFiles.Figures, name, ".svg", svg));
    }

    /// <summary>Whether figures are drawn.</summary>
    public bool Draws => font is not null;

    /// <summary>A report of the study in a folder.</summary>
    public static ReportContext Of(StudyResults study, ReportFiles files) => new(study, files, PictureFont.TryFind());
}
