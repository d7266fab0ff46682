using PainlessSteering.Engine.Adapters.Changes;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>LoHa (Hyeon-Woo et al., 2022): two products of factors, multiplied element by element: <c>W + scale (A₁ B₁ ⊙ A₂ B₂)</c>.</summary>
internal sealed class LoHa : AdapterKind
{
    private static readonly string[] Ends = [".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b"];

    public override IReadOnlyList<string> Methods => ["LOHA"];

    public override string Ending => Ends[0];

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var scale = LowRankScale.Read(folder.Config, "alpha");
        foreach (var module in folder.ModulesOf(Ends))
        {
            var rank = scale.RankOf(module);
            var factors = Ends.Select((end, i) => LinearLora.RankChecked(folder.Take(module + end), 1 - (i % 2), rank, i % 2 == 0 ? $"[outputs, {rank}]" : $"[{rank}, inputs]")).ToArray();
            long[] shape = [factors[0].Shape[0], factors[1].Shape[1]];
            Checked(factors[2], [shape[0], rank], $"[{shape[0]}, {rank}]");
            Checked(factors[3], [rank, shape[1]], $"[{rank}, {shape[1]}]");
            yield return new AddedProduct(module, factors[0], shape, scale.Of(module), type => Product(factors[0], factors[1], type).mul(Product(factors[2], factors[3], type)));
        }
    }

    private static Tensor Product(AdapterTensor a, AdapterTensor b, ScalarType type) => matmul(a.As(type), b.As(type));
}
