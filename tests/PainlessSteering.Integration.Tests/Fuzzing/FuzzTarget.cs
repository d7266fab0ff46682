namespace PainlessSteering.Tests.Fuzzing;

/// <summary>A parser of foreign files.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="File">The name that the file has; the parser gets its path.</param>
/// <param name="Corpus">Good files to spoil, made in a folder.</param>
/// <param name="Read">Reads the file, and uses what it read.</param>
/// <param name="Runs">Files of the short run that is a test.</param>
internal sealed record FuzzTarget(string Name, string File, Func<TempFolder, IReadOnlyList<byte[]>> Corpus, Action<string> Read, int Runs = 80);
