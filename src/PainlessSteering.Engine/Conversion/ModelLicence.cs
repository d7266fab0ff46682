namespace PainlessSteering.Engine.Conversion;

/// <summary>The licence that a model's README states at its head, as the Hugging Face hub has it.</summary>
internal static class ModelLicence
{
    private const int MostLines = 200, Longest = 100;

    /// <summary>The licence's short name; null where no file says it.</summary>
    /// <param name="folder">The model's folder.</param>
    public static string? Find(string folder)
    {
        var path = Path.Combine(folder, "README.md");
        if (!File.Exists(path))
        {
            return null;
        }

        FileKind.EnsureRegular(path);
        string[] lines = [.. File.ReadLines(path).Take(MostLines)];
        return lines is ["---", ..]
            ? lines.Skip(1).TakeWhile(line => line != "---").Where(line => line.StartsWith("license:", StringComparison.Ordinal)).Select(line => line["license:".Length..].Trim().Trim('"', '\'')).FirstOrDefault(name => name.Length is > 0 and <= Longest)
            : null;
    }
}
