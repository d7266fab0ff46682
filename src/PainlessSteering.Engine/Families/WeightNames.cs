namespace PainlessSteering.Engine.Families;

/// <summary>What a family's checkpoints call the weights outside the blocks, and the blocks; names of modules, without <c>.weight</c>.</summary>
internal sealed record WeightNames
{
    /// <summary>What stands before every name, where the language model is part of a larger one.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The embedding.</summary>
    public string Embedding { get; init; } = "model.embed_tokens";

    /// <summary>The list of blocks, whose numbers follow it.</summary>
    public string Blocks { get; init; } = "model.layers";

    /// <summary>The LM head, where it is not the embedding.</summary>
    public string Head { get; init; } = "lm_head";

    /// <summary>One block.</summary>
    public string Block(int layer) => $"{Blocks}.{layer}";
}
