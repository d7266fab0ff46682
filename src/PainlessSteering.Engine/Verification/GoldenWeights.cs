using PainlessSteering.Engine.Blocks;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>Compares a model's weights with a golden's.</summary>
internal static class GoldenWeights
{
    /// <summary>Adapters are added in float32, in any order of sums.</summary>
    private const double MergedBound = 1e-5;

    private const string Full = "dequantised weights", Hashed = "dequantised weights, by hash", Merged = "merged weights";

    public static void Compare(CausalLM model, GoldenFile golden, Differences differences)
    {
        foreach (var (name, summary) in golden.Weights)
        {
            using var scope = NewDisposeScope();
            var weight = Weight(model, name);
            if (golden.Find(name) is { } expected)
            {
                differences.Add(Full, name, weight is null ? double.PositiveInfinity : Different(expected, weight), 0, Differences.Bits);
            }

            differences.Add(Hashed, name, weight is not null && summary.Difference(weight) < double.PositiveInfinity && summary.HasHashOf(weight) ? 0 : 1, 0, Differences.Weights);
        }

        foreach (var (name, summary) in golden.MergedWeights)
        {
            using var scope = NewDisposeScope();
            differences.Add(Merged, name, Weight(model, name) is { } weight ? summary.Difference(weight) : double.PositiveInfinity, MergedBound, Differences.Absolute);
        }
    }

    private static Tensor? Weight(CausalLM model, string name)
    {
        var names = model.Config.Names;
        var held = model.Config.TiedEmbeddings && name == $"{names.Head}.weight" ? $"{names.Embedding}.weight" : name;
        return (model.Weights.TryGetValue(held, out var weight) ? weight : Experts(model, name))?.to(ScalarType.Float32).cpu();
    }

    /// <summary>The weights of a layer's experts in one tensor, as a reference may hold them: as checkpoints do that have such a tensor.</summary>
    private static Tensor? Experts(CausalLM model, string name)
    {
        var end = Math.Max(0, name.LastIndexOf('.'));
        string[] parts = name[end..] == ".gate_up_proj" ? [".gate_proj", ".up_proj"] : [name[end..]];
        string Name(int expert, string part) => FormattableString.Invariant($"{name[..end]}.{expert}{part}.weight");
        var experts = Enumerable.Range(0, int.MaxValue).TakeWhile(expert => parts.All(part => model.Weights.ContainsKey(Name(expert, part))))
            .Select(expert => cat([.. parts.Select(part => model.Weights[Name(expert, part)])])).ToList();
        var fused = model.Config.Blocks.OfType<SequentialBlock>().Select(block => block.FeedForward).OfType<MixtureOfExpertsPlan>().FirstOrDefault()?.Fused;
        return experts.Count == 0 ? null : fused is null ? stack(experts) : fused.AsStored(name[(end + 1)..], stack(experts)).contiguous();
    }

    /// <summary>How many numbers are not the same; infinite where the shapes are not.</summary>
    private static double Different(Tensor golden, Tensor found)
    {
        using var scope = NewDisposeScope();
        return golden.shape.SequenceEqual(found.shape) ? golden.ne(found).sum().item<long>() : double.PositiveInfinity;
    }
}
