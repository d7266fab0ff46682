namespace PainlessSteering.Engine.Editing;

/// <summary>Where a block's activations can be read or written, in the order in which a block passes them.</summary>
public enum HookPoint
{
    /// <summary>Output of the attention, before it is normed (where the family does so) and added to the residual stream.</summary>
    AttentionOutput,

    /// <summary>Normalised input of the MLP.</summary>
    MlpInput,

    /// <summary>Output of the MLP, before it is normed (where the family does so) and added to the residual stream.</summary>
    MlpOutput,

    /// <summary>Output of the block. Layer -1 stands for the embeddings.</summary>
    BlockOutput,
}
