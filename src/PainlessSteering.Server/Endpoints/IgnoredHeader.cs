namespace PainlessSteering.Server.Endpoints;

/// <summary>The header of an answer that names what of its request had no use.</summary>
internal static class IgnoredHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "Painless-Ignored";

    private const int Longest = 2_000;

    /// <summary>Adds to the header.</summary>
    /// <param name="response">Not yet started.</param>
    /// <param name="ignored">Ways to fields, from strangers.</param>
    public static void Add(HttpResponse response, IReadOnlyList<string> ignored)
    {
        if (ignored.Count > 0)
        {
            var all = string.Join(", ", [.. response.Headers[Name], .. ignored.Select(Harmless)]);
            response.Headers[Name] = all.Length <= Longest ? all : all[..Longest] + "...";
        }
    }

    /// <summary>A header holds visible ASCII; other characters are written as in an address.</summary>
    private static string Harmless(string field) => string.Concat(field.EnumerateRunes().Select(letter =>
        letter.Value is > ' ' and < '\x7f' and not '%' and not ',' ? letter.ToString() : Uri.EscapeDataString(letter.ToString())));
}
