namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>Architecture <c>gemma</c>. Norms are stored with 1 added.</summary>
internal static class GemmaArchitecture
{
    public static GgufArchitecture Architecture { get; } = new("gemma", keys => keys.WithMlp(keys.Configuration("GemmaForCausalLM")), Names)
    {
        Writing = new(["GemmaForCausalLM"], keys => keys.Dense()),
    };

    private static GgufNames Names(ArchitectureKeys keys) => new(
        CommonNames.Whole(GgufChange.LessOne),
        CommonNames.Attention(norm: GgufChange.LessOne).WithMlpNorm(norm: GgufChange.LessOne).With(CommonNames.Mlp));
}
