using System.Diagnostics;
using System.Security.Cryptography;
using PainlessSteering.Tests.Cli;

namespace PainlessSteering.Tests.Studies;

/// <summary>A study of a tiny model on a few items, run by the tool: quick, and with every kind of file.</summary>
internal sealed class TinyStudy : IDisposable
{
    public const string Small = "tasks: [items.csv]\nseeds: 1-3\nsites: [residual, mlp]\nstrengths: [1, 8]\nplacebos: 1\n";

    public TinyFolder Folder { get; } = new();

    public string File => Folder.File("study.yaml");

    public string Out => Folder.File("out");

    /// <summary>Writes the study file.</summary>
    public TinyStudy With(string text)
    {
        System.IO.File.WriteAllText(File, text);
        return this;
    }

    /// <summary>The arguments of a run into a folder.</summary>
    public string[] RunArguments(string? folder = null) => ["study", "run", File, "--out", folder ?? Out, "--model", Folder.Model, "--threads", "2"];

    public Task<PasRun> RunAsync(string? folder = null, params string[] more) => Pas.RunAsync([.. RunArguments(folder), .. more]);

    public Task<PasRun> StatusAsync(string? folder = null) => Pas.RunAsync("study", "status", folder ?? Out, "--json");

    /// <summary>The tool as a process of its own.</summary>
    public static Process Start(params string[] arguments) => Start(_ => { }, arguments);

    /// <summary>The same in another environment.</summary>
    public static Process Start(Action<ProcessStartInfo> change, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        change(start);
        return Process.Start(start)!;
    }

    /// <summary>What a study's folder holds that must not depend on how it came about: plan, results and vectors, with a hash of their bytes.</summary>
    public static IReadOnlyList<string> Results(string folder) =>
    [
        .. from kind in new[] { "plan.json", "cells", "vectors", "failures" }
           let path = Path.Combine(folder, kind)
           from file in System.IO.File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()
           where !Path.GetFileName(file).StartsWith('.') // What a killed process was writing.
           select $"{Path.GetRelativePath(folder, file)} {Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(file)))}",
    ];

    public void Dispose() => Folder.Dispose();
}
