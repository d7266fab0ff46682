using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Tests.Models.Verification;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>A prompt gives the same in any company and in any number of pieces, on the golden models of every family.</summary>
public sealed class GoldenStateTests
{
    public static TheoryData<string> Families => [.. GoldenFamilies.Loadable];

    [Theory]
    [MemberData(nameof(Families))]
    public void APromptGivesTheSameAloneAndAmongOthers(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (model, prompts, bound) = GoldenFamilies.Load(name);
        using var _ = model;
        var batch = PackedBatch.Pack(prompts);
        Assert.True(batch.Rows < prompts.Sum(prompt => prompt.Length) - 20, "the shared beginning is not shared");
        var among = model.Logits(model.Forward(batch));
        for (var i = 0; i < prompts.Length; i++)
        {
            AssertNear(model.Logits(model.Forward(PackedBatch.Pack([prompts[i]])))[0], among[i], bound);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void CarriedStatesGiveWhatTheWholePromptGives(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (model, prompts, bound) = GoldenFamilies.Load(name);
        using var _ = model;
        int[] first = prompts[0], second = prompts[^1];
        SequenceState one = new(model, GoldenFamilies.Longest + 1), two = new(model, GoldenFamilies.Longest + 1);
        model.Forward(PackedBatch.Append(first[..20], 0), states: [one]);
        model.Forward(PackedBatch.Append(first[20..23], 20), states: [one]);
        model.Forward(PackedBatch.Append(second[..1], 0), states: [two]);
        using var snapshot = one.Snapshot();
        using var fork = one.Fork(GoldenFamilies.Longest + 1);
        for (var round = 0; round < 2; round++)
        {
            // Both together, one token each.
            for (var step = 0; step < 4; step++)
            {
                var logits = model.Logits(model.Forward(PackedBatch.Continue([first[23 + step], second[1 + step]], [23 + step, 1 + step]), states: [one, two]));
                AssertNear(Whole(model, first[..(24 + step)]), logits[0], bound);
                AssertNear(Whole(model, second[..(2 + step)]), logits[1], bound);
            }

            // The end of a prompt goes on from a state at once; a restored state goes the same way.
            AssertNear(Whole(model, first), model.Logits(model.Forward(PackedBatch.Append(first[27..], 27), states: [one]))[0], bound);
            one.Restore(snapshot);
            two.Rewind(0);
            model.Forward(PackedBatch.Append(second[..1], 0), states: [two]);
        }

        AssertNear(Whole(model, first), model.Logits(model.Forward(PackedBatch.Append(first[23..], 23), states: [fork]))[0], bound);
        Assert.Equal(23, one.Length);
        one.Dispose();
        two.Dispose();
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void MemoryIsWhatTheCostSays(string name)
    {
        var (model, _, _) = GoldenFamilies.Load(name);
        using var loaded = model;
        using var state = new SequenceState(model, 77);
        Assert.Equal(SequenceState.BytesOf(model, 77), state.Bytes);
        Assert.Equal(model.Config.ParameterCount, model.Weights.Sum(weight => weight.Value.numel()));
    }

    private static Tensor Whole(CausalLM model, int[] tokens) => model.Logits(model.Forward(PackedBatch.Pack([tokens])))[0];

    private static void AssertNear(Tensor expected, Tensor found, double tolerance) => Assert.InRange((expected - found).abs().max().item<float>(), 0, tolerance);
}
