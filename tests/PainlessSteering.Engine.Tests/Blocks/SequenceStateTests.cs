using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Blocks;

/// <summary>What is behind a sequence's state can be forked, kept and gone back to, and what follows is as if the tokens had been read afresh.</summary>
public class SequenceStateTests
{
    private static readonly int[] Tokens = TinyModels.Tokens(3, 14);

    [Fact]
    public void AForkGoesOnByItself()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config("gated attention"));
        using var state = new SequenceState(model, 20);
        Read(model, state, Tokens[..6]);
        using var fork = state.Fork(30);
        var (straight, other) = (Read(model, state, Tokens[6..]), Read(model, fork, [1, 2, 3]));
        Assert.Equal((14, 9), (state.Length, fork.Length));
        CausalLMTests.AssertClose(new PlainLoops(model).Logits(Tokens), straight);
        CausalLMTests.AssertClose(new PlainLoops(model).Logits([.. Tokens[..6], 1, 2, 3]), other);
        Assert.Equal(SequenceState.BytesOf(model, 30), fork.Bytes);
    }

    [Fact]
    public void ASnapshotIsComeBackTo()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        using var state = new SequenceState(model, 20);
        Read(model, state, Tokens[..6]);
        using var snapshot = state.Snapshot();
        Read(model, state, [1, 2, 3]);
        state.Restore(snapshot);
        CausalLMTests.AssertClose(new PlainLoops(model).Logits(Tokens), Read(model, state, Tokens[6..]));
        Assert.True(state.CanRewind);
        state.Rewind(9);
        CausalLMTests.AssertClose(new PlainLoops(model).Logits([.. Tokens[..9], 4]), Read(model, state, [4]));
        Assert.Equal(0, snapshot.Bytes); // Keys and values stay where they are.
    }

    [Theory]
    [InlineData("qwen3.5, delta networks")]
    [InlineData("qwen3-next, grouped delta networks")]
    [InlineData("lfm2, short convolutions")]
    public void ARecurrentStateIsKeptAndCarriedButDoesNotGoBack(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config(name));
        using var state = new SequenceState(model, 20);
        Read(model, state, Tokens[..6]);
        using var snapshot = state.Snapshot();
        using var fork = state.Fork(20);
        var straight = Read(model, state, Tokens[6..]);
        CausalLMTests.AssertClose(new PlainLoops(model).Logits(Tokens), straight);
        state.Restore(snapshot);
        Assert.Equal(straight, Read(model, state, Tokens[6..])); // The same bits.
        Assert.Equal(straight, Read(model, fork, Tokens[6..]));
        Assert.False(state.CanRewind);
        Assert.Throws<InvalidOperationException>(() => state.Rewind(9));
        state.Rewind(14);
        state.Restore(snapshot);
        state.Rewind(0);
        CausalLMTests.AssertClose(new PlainLoops(model).Logits(Tokens), Read(model, state, Tokens));
        Assert.True(snapshot.Bytes > 0);
        Assert.Equal(SequenceState.BytesOf(model, 20), state.Bytes);
    }

    private static float[] Read(CausalLM model, SequenceState state, int[] tokens)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return model.Logits(model.Forward(PackedBatch.Append(tokens, state.Length), states: [state]))[0, 0].data<float>().ToArray();
    }
}
