using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Files;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models;

/// <summary>A model folder as a user has one: a seeded tiny Llama whose tokens are single characters.</summary>
internal sealed class TinyModelFolder : IDisposable
{
    /// <summary>Ids 0 to 49: the beginning, the end, unknown, a space, letters, and a few signs.</summary>
    private const string Characters = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP.,:\n";

    private readonly TempFolder _folder = new();

    /// <param name="config">As <see cref="TinyModels.Llama"/>, but for widths, weights and context.</param>
    /// <param name="seed">Of the weights.</param>
    public TinyModelFolder(ModelConfig? config = null, int seed = 7)
    {
        config ??= TinyModels.Llama;
        using var model = TinyModels.Make(config, seed: seed);
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), model.Weights, new Dictionary<string, string> { ["format"] = "pt" });
        _folder.Write("config.json", $$"""
            {"architectures": ["LlamaForCausalLM"], "hidden_size": {{config.HiddenSize}}, "intermediate_size": 40, "num_hidden_layers": 3, "num_attention_heads": 4,
             "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 50, "max_position_embeddings": {{config.ContextLength}}, "rms_norm_eps": 1e-5,
             "rope_theta": 10000, "tie_word_embeddings": {{(config.TiedEmbeddings ? "true" : "false")}}, "bos_token_id": 0, "eos_token_id": 1}
            """);
        _folder.Write("tokenizer.json", TokenizerJson);
    }

    public string Path => _folder.Path;

    /// <summary>The folder's tokenizer.</summary>
    public static Tokenizer Tokenizer => Tokenizer.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(TokenizerJson)), "tiny");

    private static string TokenizerJson { get; } = System.Text.Json.JsonSerializer.Serialize(new
    {
        added_tokens = new[] { Special(0, "<s>"), Special(1, "</s>") },
        post_processor = new
        {
            type = "TemplateProcessing",
            single = new object[] { new { SpecialToken = new { id = "<s>", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } } },
            pair = Array.Empty<object>(),
            special_tokens = new Dictionary<string, object> { ["<s>"] = new { id = "<s>", ids = new[] { 0 }, tokens = new[] { "<s>" } } },
        },
        pre_tokenizer = new { type = "Split", pattern = new { Regex = " (?=[A-P]$)" }, behavior = "Removed", invert = false }, // An answer's letter is one token, as in real vocabularies.
        decoder = new { type = "Fuse" },
        model = new
        {
            type = "BPE",
            unk_token = "<unk>",
            vocab = new[] { "<s>", "</s>", "<unk>" }.Concat(Characters.Select(c => c.ToString())).Select((piece, id) => (piece, id)).ToDictionary(pair => pair.piece, pair => pair.id),
            merges = Array.Empty<string>(),
        },
    });

    public string File(string name) => _folder.File(name);

    /// <summary>Changes a JSON file of the model.</summary>
    public void Edit(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(System.IO.File.ReadAllBytes(File(name)))!.AsObject();
        change(json);
        System.IO.File.WriteAllText(File(name), json.ToJsonString());
    }

    /// <summary>Changes the weights of the model.</summary>
    public void EditWeights(Action<Dictionary<string, Tensor>> change)
    {
        using var model = CausalLM.Load(Path); // Its weights are views of a map of the file, so that they are copied first.
        var weights = model.Weights.ToDictionary(weight => weight.Key, weight => weight.Value.clone());
        change(weights);
        SafeTensorsWriter.Write(File("model.safetensors"), weights, new Dictionary<string, string>());
        foreach (var weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static object Special(int id, string content) =>
        new { id, content, special = true, normalized = false, single_word = false, lstrip = false, rstrip = false };
}
