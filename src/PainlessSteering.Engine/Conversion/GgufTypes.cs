using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Which type each tensor of a GGUF file gets: as llama-quantize chooses without a matrix of importances.</summary>
internal sealed class GgufTypes
{
    private const int ManyExperts = 8;

    /// <summary>Parts of names of tensors that are small and decide much, so that they stay as they are.</summary>
    private static readonly string[] Exact = ["_norm.weight", "ffn_gate_inp.weight", "ssm_conv1d"];

    /// <summary>What each kind of file says of itself, and the type of most of its tensors.</summary>
    private static readonly (string Name, string Type, uint FileType)[] Kinds = [("q8_0", "Q8_0", 7), ("q4_0", "Q4_0", 2), ("bf16", "BF16", 32), ("f16", "F16", 1), ("f32", "F32", 0)];

    private readonly GgufTensorType _most;
    private readonly bool _hasHead;
    private readonly int _experts;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="hasHead">Whether the head is a tensor of its own.</param>
    /// <param name="experts">Of a layer.</param>
    public GgufTypes(string name, bool hasHead, int experts)
    {
        var (_, type, number) = Kinds.First(kind => kind.Name == name);
        (_most, FileType, _hasHead, _experts) = (GgufTensorType.Of(type), number, hasHead, experts);
    }

    /// <summary>What may be asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <summary>The kind of file as its metadata says it.</summary>
    public uint FileType { get; }

    /// <summary>The type of a tensor; null for one that stays as it is, or float32 where it is made anew.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="shape">Its sizes.</param>
    public GgufTensorType? Of(string name, long[] shape)
    {
        if (!IsMatrix(name, shape))
        {
            return null;
        }

        if (_most is not BlockType)
        {
            return _most;
        }

        bool Fits(GgufTensorType type) => shape[^1] % type.BlockLength == 0;
        var type = _most;
        if (name == "output.weight" || (!_hasHead && name == "token_embd.weight"))
        {
            type = _most.Name == "Q4_0" && Fits(_most) ? GgufTensorType.Of("Q6_K") : GgufTensorType.Of("Q8_0");
        }
        else if (_experts == ManyExperts && new[] { "attn_v.weight", "attn_k.weight", "attn_qkv.weight" }.Any(part => name.EndsWith(part, StringComparison.Ordinal)))
        {
            type = GgufTensorType.Of("Q8_0"); // Small beside the experts, and used by all of them.
        }

        type = Fits(type) ? type : GgufTensorType.Of("Q8_0");
        return Fits(type) ? type : null;
    }

    private static bool IsMatrix(string name, long[] shape) =>
        shape.SkipWhile(size => size == 1).Count() > 1 && name.EndsWith("weight", StringComparison.Ordinal) && !Exact.Any(part => name.Contains(part, StringComparison.Ordinal));
}
