using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Engine.Adapters;

/// <summary>What a merged folder's JSON files say otherwise than the model's, where the head was the embedding and is it no more.</summary>
internal static class MergedFiles
{
    private const string Tied = "tie_word_embeddings", Text = "text_config";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Says that the head has a weight of its own, also in the section of the text.</summary>
    /// <param name="path">The configuration.</param>
    public static void Untie(string path) => Edit(path, config =>
    {
        config[Tied] = false;
        if (config[Text] is JsonObject text)
        {
            text[Tied] = false;
        }
    });

    /// <summary>Names a weight's file.</summary>
    /// <param name="path">The index of the files.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="file">The file that it is in.</param>
    /// <param name="bytes">Its size.</param>
    public static void AddToIndex(string path, string weight, string file, long bytes) => Edit(path, index =>
    {
        index["weight_map"]![weight] = file;
        if (index["metadata"] is JsonObject metadata && metadata["total_size"] is JsonValue size && size.TryGetValue<long>(out var total))
        {
            metadata["total_size"] = total + bytes;
        }
    });

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string path, Action<JsonObject> edit)
    {
        var root = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        edit(root);
        AtomicFile.WriteAllText(path, root.ToJsonString(Indented) + "\n");
    }
}
