namespace PainlessSteering;

/// <summary>Finds what a misspelled name probably meant.</summary>
public static class Suggestion
{
    /// <summary>The candidate with the smallest edit distance, or null when none is near (a third of the name or less differs).</summary>
    /// <param name="name">What was written.</param>
    /// <param name="candidates">The names that there are.</param>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
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

    /// <summary>Insertions, deletions and replacements of single characters, and neighbours that changed places.</summary>
    private static int Distance(string a, string b)
    {
        int[] before = [], above = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(above[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }
}
