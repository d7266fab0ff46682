using PainlessSteering.Engine.Adapters.Changes;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>LoKr (Yeh et al., 2024): a Kronecker product of two matrices, each whole or a product of factors: <c>W + scale (W₁ ⊗ W₂)</c>.</summary>
internal sealed class LoKr : AdapterKind
{
    private const string First = ".lokr_w1", Second = ".lokr_w2", A = "_a", B = "_b";

    public override IReadOnlyList<string> Methods => ["LOKR"];

    public override string Ending => First;

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var scale = LowRankScale.Read(folder.Config, "alpha");
        foreach (var module in folder.ModulesOf(First, First + A, First + B, Second, Second + A, Second + B))
        {
            var (first, second) = (Factor(folder, module + First, scale.RankOf(module)), Factor(folder, module + Second, scale.RankOf(module)));
            long[] shape = [first.Rows * second.Rows, first.Columns * second.Columns];
            yield return new AddedProduct(module, first.Source, shape, scale.Of(module), type => Kronecker(first.Make(type), second.Make(type)).reshape(shape));
        }
    }

    /// <summary>[rows, rows, columns, columns] of both: the first's element times the whole second.</summary>
    private static Tensor Kronecker(Tensor first, Tensor second) => first.unsqueeze(1).unsqueeze(3).mul(second.unsqueeze(0).unsqueeze(2));

    private static (AdapterTensor Source, long Rows, long Columns, Func<ScalarType, Tensor> Make) Factor(PeftFolder folder, string name, long rank)
    {
        if (!folder.Has(name + A) && !folder.Has(name + B))
        {
            var whole = Checked(folder.Take(name), [-1, -1], "[rows, columns]");
            return (whole, whole.Shape[0], whole.Shape[1], whole.As);
        }

        var a = LinearLora.RankChecked(folder.Take(name + A), 1, rank, $"[rows, {rank}]");
        var b = LinearLora.RankChecked(folder.Take(name + B), 0, rank, $"[{rank}, columns]");
        return (a, a.Shape[0], b.Shape[1], type => matmul(a.As(type), b.As(type)));
    }
}
