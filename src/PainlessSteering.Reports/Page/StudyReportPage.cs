using System.Reflection;
using System.Text;
using PainlessSteering.Reports.Sections;
using PainlessSteering.Studies;

namespace PainlessSteering.Reports.Page;

/// <summary>The report of a study: one page that is readable without anything else, with its figures and tables as files beside it.</summary>
internal static class StudyReportPage
{
    /// <summary>The sections in their order; a new one is one file and one entry.</summary>
    private static readonly ReportSection[] Sections =
    [
        VerdictSection.Section,
        AccuracySection.Section,
        EffectSection.Section,
        TestSection.Section,
        CategorySection.Section,
        ContrastSection.Section,
        TransferSection.Section,
        SampleSizeSection.Section,
        CurveSection.Section,
        GridSection.Section,
        PlaceboSection.Section,
        DurationSection.Section,
        RunSection.Section,
        MissingSection.Section,
        ReadingSection.Section,
    ];

    /// <summary>Makes <c>report.html</c>, <c>figures/*.svg</c> and <c>tables/*.csv</c>: the same bytes for the same results.</summary>
    /// <param name="study">The results, finished or not.</param>
    public static StudyReport Make(StudyResults study)
    {
        var files = new ReportFiles();
        var context = ReportContext.Of(study, files);
        var sections = Sections.Select(section => (Section: section, Body: section.Write(context))).Where(section => section.Body.Length > 0).ToArray();
        return new StudyReport(context.Tables, Encoding.UTF8.GetBytes(Page(context, sections)), files);
    }

    /// <summary>Makes a report and saves it.</summary>
    /// <param name="study">The results, finished or not.</param>
    /// <param name="folder">The report's folder; it is made where it is absent.</param>
    /// <exception cref="PasException">A file cannot be written.</exception>
    public static void Write(StudyResults study, string folder) => Make(study).Save(folder);

    private static string Page(ReportContext context, IReadOnlyList<(ReportSection Section, string Body)> sections)
    {
        using var style = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("page.css")!);
        var tables = context.Tables;
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Html.Text(tables.Name)}</title>
            <style>
            {style.ReadToEnd()}</style>
            </head>
            <body>
            <header>
            <h1>{Html.Text(tables.Name)}</h1>
            {(tables.Description is { } description ? Html.Paragraph(description) : "")}<p class="done">{Html.Text(Done(context))}</p>
            <nav>{string.Join(" · ", sections.Select(section => $"<a href=\"#{section.Section.Id}\">{Html.Text(section.Section.Title)}</a>"))}</nav>
            </header>
            <main>
            {string.Concat(sections.Select(section => $"<section id=\"{section.Section.Id}\">\n<h2>{Html.Text(section.Section.Title)}</h2>\n{section.Body}</section>\n"))}</main>
            <footer>{ReportFiles.Maker}</footer>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    private static string Done(ReportContext context)
    {
        var (tables, failed) = (context.Tables, context.Tables.Missing.Count(cell => cell.Reason is not null));
        return FormattableString.Invariant($"{tables.Done} of {tables.Planned} runs are done")
            + (failed > 0 ? FormattableString.Invariant($", {failed} failed") : "")
            + (tables.Missing.Count > 0 ? ": see what is missing below." : ".");
    }
}
