using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>mistral3</c>: the text of Mistral Small 3.1 and its kin, and Ministral 3, whose queries grow with their position; the rows are those of <c>llama</c>.</summary>
internal static class Mistral3Architecture
{
    private const string Temperature = "attention.temperature_scale", Rate = "llama_4_scaling_beta";

    public static GgufArchitecture Architecture { get; } = new("mistral3", Configure, LlamaArchitecture.Names)
    {
        Unsaid = [UnsaidPart.Window("a sliding window")],
        Writing = new(["Ministral3ForCausalLM", "Mistral3ForConditionalGeneration"], Describe),
    };

    private static JsonObject Configure(ArchitectureKeys keys)
    {
        var rate = keys.Number(Temperature);
        var config = keys.WithMlp(keys.Configuration(rate is null ? "MistralForCausalLM" : "Ministral3ForCausalLM"));
        config["sliding_window"] = null;
        if (rate is not null)
        {
            config["rope_scaling"] ??= new JsonObject { ["rope_type"] = "default", [LongRope.OriginalContext] = keys.Int("rope.scaling.original_context_length") ?? keys.Required("context_length") };
            config["rope_scaling"]![Rate] = rate;
        }

        return config;
    }

    private static void Describe(ModelKeys keys)
    {
        keys.Dense();
        if (keys.Attention.QueryScale is { } scale)
        {
            keys.Add(Temperature, scale.Rate);
        }
    }
}
