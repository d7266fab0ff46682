namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>mistral3</c>: the text of Mistral Small 3.1 and its kin, with the rows of <c>llama</c>. A scale that grows with the position (Ministral 3) is not understood.</summary>
internal static class Mistral3Architecture
{
    public static GgufArchitecture Architecture { get; } = new("mistral3", keys => keys.WithMlp(keys.Configuration("MistralForCausalLM")), LlamaArchitecture.Names);
}
