using System.Text.Json;

namespace PainlessSteering.Tests.Models;

/// <summary>
/// A real pretrained instruct model, and what independent programs compute with it. <c>eng/fetch-test-model</c> gets the model where the data that is
/// not in the repository is absent.
/// </summary>
internal static class SmolLM2
{
    /// <summary>Whether tests compare everything that the reference holds: PAINLESS_WHOLE_GOLDENS=1, minutes of both processors. Else a fixed part.</summary>
    public static bool Whole { get; } = Environment.GetEnvironmentVariable("PAINLESS_WHOLE_GOLDENS") == "1";

    /// <summary>The model; skips the running test where it is absent.</summary>
    public static string File => Shared.PathOf("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");

    /// <summary>A file of the reference; skips the running test where it is absent.</summary>
    public static string GoldenFile(string name) => Shared.PathOf("golden", "smollm2", name);

    /// <summary>The same, read.</summary>
    public static JsonDocument Golden(string name) => JsonDocument.Parse(System.IO.File.ReadAllBytes(GoldenFile(name)));

    /// <summary>All of a list, or its first ones.</summary>
    public static IEnumerable<JsonElement> Some(JsonElement list, int part) => Whole ? list.EnumerateArray() : list.EnumerateArray().Take(part);

    /// <summary>A list of whole numbers.</summary>
    public static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

    /// <summary>A list of numbers.</summary>
    public static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>A list of texts.</summary>
    public static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}
