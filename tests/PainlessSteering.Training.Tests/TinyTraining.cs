using PainlessSteering.Tests.Cli;
using PainlessSteering.Training;

namespace PainlessSteering.Tests.Training;

/// <summary>Quick trainings of the tiny model.</summary>
internal static class TinyTraining
{
    /// <summary>The arguments of a training into a folder; what is given comes first.</summary>
    public static string[] Arguments(TinyFolder tiny, string output, params string[] given) =>
    [
        "sft", "--model", tiny.Model, "--out", tiny.File(output), .. Missing(given, "--data", tiny.Items), .. Missing(given, "--lr", "0.01"), .. Missing(given, "--epochs", "3"), .. Missing(given, "--batch", "4"), .. Missing(given, "--rank", "2"), .. Missing(given, "--patience", "9"), .. given,
    ];

    public static Task<PasRun> RunAsync(TinyFolder tiny, string output, params string[] given) => Pas.RunAsync(Arguments(tiny, output, given));

    /// <summary>Memory for one block at a time, or for all of them.</summary>
    public static TrainingMemory InGroupsOf(int blocks) => new(2048, blocks == 1 ? 1 : long.MaxValue, 1 << 20);

    /// <summary>The files that a training leaves, whose bytes must not depend on how it came about.</summary>
    public static string[] Bytes(TinyFolder tiny, string output) =>
        [.. Directory.EnumerateFiles(tiny.File(output)).Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path) + " " + Convert.ToHexString(File.ReadAllBytes(path)))];

    private static string[] Missing(string[] given, string option, string value) => given.Contains(option) ? [] : [option, value];
}
