namespace PainlessSteering;

/// <summary>Finds what a misspelled name probably meant.</summary>
internal static class Suggestion
{
    /// <summary>The candidate with the smallest edit distance, or null when none is near (a third of the name or less differs).</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var best = (name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            // A length apart is already a distance, and the cheaper one to know.
            var distance = Math.Abs(candidate.Length - name.Length);
            distance = distance < best ? Distance(name, candidate) : distance;
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance: single-character insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
