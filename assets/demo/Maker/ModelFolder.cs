using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Demo;

/// <summary>Writes the trained model as a folder in Hugging Face layout, next to its tokenizer.json.</summary>
internal static class ModelFolder
{
    /// <summary>Contents one after another, an empty line after each answer, as in the training documents.</summary>
    private const string ChatTemplate =
        "{% for message in messages %}{{ message['content'] }}{% if message['role'] == 'assistant' %}{{ '\\n\\n' }}{% endif %}{% endfor %}";

    public static void Write(string folder, LlamaNetwork network)
    {
        WriteJson(folder, "config.json", Config(network.Shape));
        WriteJson(folder, "generation_config.json", new JsonObject { ["eos_token_id"] = 0 });
        WriteJson(folder, "tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["eos_token"] = Vocabulary.EndOfText,
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = network.Shape.MaxPositions,
            ["chat_template"] = ChatTemplate,
        });
        SafeTensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            network.Parameters.ToDictionary(parameter => parameter.Key, parameter => (Tensor)parameter.Value),
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static JsonObject Config(LlamaShape shape) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = shape.Vocabulary,
        ["hidden_size"] = shape.Width,
        ["intermediate_size"] = shape.Inner,
        ["num_hidden_layers"] = shape.Blocks,
        ["num_attention_heads"] = shape.Heads,
        ["num_key_value_heads"] = shape.Heads,
        ["head_dim"] = shape.HeadDim,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = shape.MaxPositions,
        ["rms_norm_eps"] = shape.NormEpsilon,
        ["rope_theta"] = shape.RopeTheta,
        ["rope_scaling"] = null,
        ["attention_bias"] = false,
        ["mlp_bias"] = false,
        ["tie_word_embeddings"] = true,
        ["bos_token_id"] = null,
        ["eos_token_id"] = 0,
        ["torch_dtype"] = "float32",
    };

    private static void WriteJson(string folder, string name, JsonObject content) =>
        AtomicFile.WriteAllText(Path.Combine(folder, name), content.ToJsonString(JsonFiles.Indented) + "\n");
}
