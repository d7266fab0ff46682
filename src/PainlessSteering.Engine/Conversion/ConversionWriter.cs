using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes the file of a conversion, tells how far it is, and counts what it wrote.</summary>
internal static class ConversionWriter
{
    /// <param name="path">The file.</param>
    /// <param name="entries">Its metadata.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="notes">What is told of the conversion.</param>
    /// <param name="options">Gets told how far it is.</param>
    public static ConversionResult Write(string path, IReadOnlyList<(string Key, object Value)> entries, IReadOnlyList<GgufWrittenTensor> tensors, IReadOnlyList<string> notes, ConversionOptions options)
    {
        var (total, done) = (tensors.Sum(tensor => tensor.Length), 0L);
        options.Progress?.Invoke(0, total);
        GgufWriter.Write(path, entries, [.. tensors.Select(tensor => tensor with
        {
            Write = stream =>
            {
                tensor.Write(stream);
                done += tensor.Length;
                options.Progress?.Invoke(done, total);
            },
        })]);
        return new ConversionResult(tensors.Count, total, Counted(tensors.Select(tensor => tensor.Type.Name)), notes);
    }

    /// <summary>How many of each type.</summary>
    public static IReadOnlyDictionary<string, int> Counted(IEnumerable<string> types) => types.GroupBy(type => type, StringComparer.Ordinal).OrderByDescending(type => type.Count()).ThenBy(type => type.Key, StringComparer.Ordinal).ToDictionary(type => type.Key, type => type.Count());
}
