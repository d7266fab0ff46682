using PainlessSteering.Studies.Tables;

namespace PainlessSteering.Reports.Page;

/// <summary>A report that is made and not saved yet.</summary>
/// <param name="Tables">What it shows, for a summary.</param>
/// <param name="Page">The page.</param>
/// <param name="Files">The figures and tables beside it.</param>
internal sealed record StudyReport(StudyTables Tables, byte[] Page, ReportFiles Files)
{
    /// <summary>Writes all files into a folder.</summary>
    /// <exception cref="PasException">One cannot be written.</exception>
    public void Save(string folder) => Files.Save(folder, Page);
}
