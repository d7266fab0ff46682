using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>Chooses files of a repository by patterns.</summary>
internal static class HubPatterns
{
    /// <summary>The files that the patterns name, in the order of the patterns and below that of the names.</summary>
    /// <param name="patterns">
    /// Paths in which <c>*</c> stands for anything but a slash and <c>**/</c> for any folders; alternatives are parted by <c>|</c>, and the
    /// first that matches counts; a pattern after <c>!</c> takes files out.
    /// </param>
    /// <param name="names">The files there are.</param>
    /// <returns>The files, or null where a pattern finds none.</returns>
    public static IReadOnlyList<string>? Choose(IReadOnlyList<string> patterns, IReadOnlyList<string> names)
    {
        var left = patterns.Where(pattern => pattern.StartsWith('!'))
            .Aggregate(names.Order(StringComparer.Ordinal).AsEnumerable(), (rest, pattern) => rest.Where(name => !Matches(pattern[1..], name))).ToList();
        var chosen = new List<string>();
        foreach (var pattern in patterns.Where(pattern => !pattern.StartsWith('!')))
        {
            var found = pattern.Split('|').Select(alternative => left.Where(name => Matches(alternative, name)).ToList()).FirstOrDefault(files => files.Count > 0);
            if (found is null)
            {
                return null;
            }

            chosen.AddRange(found.Except(chosen));
        }

        return chosen;
    }

    private static bool Matches(string pattern, string name)
    {
        var expression = Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(name, $@"\A{expression}\z", RegexOptions.NonBacktracking);
    }
}
