using System.Globalization;
using System.Text.Json;

namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>llama.cpp's <c>llama-bench</c>, with one model file.</summary>
/// <param name="program">Where the program is.</param>
/// <param name="model">The GGUF file.</param>
/// <param name="threads">Its threads.</param>
internal sealed class PeerProgram(string program, string model, int threads)
{
    /// <summary>Tokens a second of reading a prompt.</summary>
    public double Prefill(int tokens) => Rate("-p", Text(tokens), "-n", "0");

    /// <summary>Tokens a second of going on behind a prompt.</summary>
    public double Decode(int prompt, int tokens) => Rate("-p", "0", "-n", Text(tokens), "-d", Text(prompt));

    /// <summary>A process that reads a prompt and goes on.</summary>
    public ChildRun Alone(int prompt, int tokens) => Run("-p", "0", "-n", "0", "-pg", $"{Text(prompt)},{Text(tokens)}", "--no-warmup");

    private double Rate(params string[] test)
    {
        var output = Run(test).Output;
        try
        {
            using var document = JsonDocument.Parse(output);
            return document.RootElement[0].GetProperty("avg_ts").GetDouble();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new PasException("the program does not print what llama-bench does", program, expected: "a JSON list with avg_ts", remedy: "give the path of llama.cpp's llama-bench", inner: e) { Code = ErrorCodes.NotSupported };
        }
    }

    private ChildRun Run(params string[] test) => ChildRun.Of([program, "-m", model, "-t", Text(threads), "-r", "1", "-o", "json", .. test]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
