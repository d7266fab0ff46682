namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>One kind of tensors that adapters have: what they are called, which keys say how they are meant, and what they make of a model's.</summary>
internal abstract class AdapterKind
{
    /// <summary>Every kind. A new one is one file and one entry here. Changes of one tensor are made in this order.</summary>
    public static IReadOnlyList<AdapterKind> All { get; } =
    [
        new SavedBase(), new TrainedBiases(), new ExpertLora(), new EmbeddingLora(), new LinearLora(), new Ia3(), new LoHa(), new LoKr(), new SavedModules(), new TrainedTokens(),
    ];

    /// <summary>Values of <c>peft_type</c> whose adapters may have such tensors.</summary>
    public abstract IReadOnlyList<string> Methods { get; }

    /// <summary>What the name of a target's first tensor ends in; empty for kinds that are not on the targets.</summary>
    public virtual string Ending => "";

    /// <summary>Takes the tensors of this kind from a folder.</summary>
    /// <exception cref="PasException">A tensor is missing or of another shape than the others, or a key is not valid.</exception>
    public abstract IEnumerable<TensorChange> Read(PeftFolder folder);

    /// <summary>Refuses a tensor that is of another shape than the configuration or the tensors beside it say.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="expected">Its shape, by size or with -1 where any will do.</param>
    /// <param name="words">The shape in words.</param>
    protected static AdapterTensor Checked(AdapterTensor tensor, long[] expected, string words) =>
        tensor.Shape.Length == expected.Length && tensor.Shape.Zip(expected).All(size => size.Second == -1 || size.First == size.Second) ? tensor
        : throw new PasException("the tensor has another shape than adapter_config.json and the tensors beside it say", tensor.Place, words, $"[{string.Join(", ", tensor.Shape)}]") { Code = ErrorCodes.FileDamaged };
}
