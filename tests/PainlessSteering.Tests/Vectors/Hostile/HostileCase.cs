using System.Globalization;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>Hostile files of vectors are read, or refused in one line, within the time and memory that <c>docs/security.md</c> promises.</summary>
internal static class HostileCase
{
    /// <summary>Numbers at the limits of the types that files have.</summary>
    public static readonly long[] Numbers = [0, 1, 2, 3, 8, -1, 255, 65_536, 1_048_576, 1_048_577, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue];

    /// <summary>Seeds of generated files, so many if not told otherwise.</summary>
    public static TheoryData<int> Seeds(int usual) => [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("PAINLESS_HOSTILE_CASES") ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];

    /// <summary>Imports a file for a small model's width, all its numbers included.</summary>
    /// <returns>The refusal; null where the file can be read.</returns>
    public static string? Import(string path, string shown) => Checked(shown, () =>
    {
        using var file = SteeringImport.Open(path);
        foreach (var direction in file.Directions.Where(direction => direction.Length <= 64))
        {
            _ = direction.Values;
        }
    });

    /// <summary>Runs a reader.</summary>
    public static string? Checked(string shown, Action read)
    {
        switch (CpuLimit.Run(shown, read))
        {
            case null:
                return null;
            case PasException error:
                Assert.DoesNotContain('\n', error.Message);
                Assert.DoesNotContain('\u001b', error.Message);
                Assert.True(error.Message.Length < 2_000, $"{shown}: a line of {error.Message.Length} characters");
                return error.Message;
            case { } other:
                Assert.Fail($"{shown}\n{other}");
                return null;
        }
    }
}
