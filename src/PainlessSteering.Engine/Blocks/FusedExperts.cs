using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>How a checkpoint holds all experts of a layer in one tensor for gate and up, [experts, 2 x inner size, hidden size], and one for down, [experts, hidden size, inner size].</summary>
internal sealed record FusedExperts
{
    /// <summary>Name of the tensor of gates and ups in the list of experts.</summary>
    public string GateUp { get; init; } = "gate_up_proj";

    /// <summary>Name of the tensor of ups where the other has gates alone (Step 3.5); null for one of both.</summary>
    public string? Up { get; init; }

    /// <summary>Name of the other.</summary>
    public string Down { get; init; } = "down_proj";

    /// <summary>
    /// The last two dimensions are the other way round: inputs before outputs (gpt-oss, Llama 4). Null where both are published: then the shapes decide, and where
    /// they fit both ways it is so (Qwen3-VL).
    /// </summary>
    public bool? InputsFirst { get; init; } = false;

    /// <summary>Gate and up come by turns, not one behind the other (gpt-oss).</summary>
    public bool ByTurns { get; init; }

    /// <summary>Whether a list of experts is held in this way.</summary>
    public bool IsIn(PartSource list) => list.Has(GateUp);

    /// <summary>Whether the last two dimensions of a tensor are inputs and outputs.</summary>
    /// <param name="shape">Of all experts.</param>
    /// <param name="outputs">Of each.</param>
    /// <param name="inputs">Of each.</param>
    public bool IsInputsFirst(ReadOnlySpan<long> shape, int outputs, int inputs) => InputsFirst ?? (shape is [_, var one, var other] && one == inputs && other == outputs);

    /// <summary>Takes the weights.</summary>
    /// <param name="list">Named as the list of experts.</param>
    /// <param name="experts">How many there are.</param>
    /// <param name="expert">One of them.</param>
    public Mlp[] Load(PartSource list, int experts, MlpPlan expert)
    {
        int inner = expert.InnerSize, hidden = list.HiddenSize;
        string Name(int number, string part) => $"{number}.{part}";
        var (upTurned, downTurned) = (IsInputsFirst(list, GateUp, 2 * inner, hidden), IsInputsFirst(list, Down, hidden, inner));
        if (Up is not null)
        {
            return Apart(list, experts, expert);
        }

        var up = list.LinearsOf(
            GateUp, upTurned ? [experts, hidden, 2 * inner] : [experts, 2 * inner, hidden],
            [.. Enumerable.Range(0, 2 * experts).Select(half => Name(half / 2, half % 2 == 0 ? expert.Names.Gate : expert.Names.Up))],
            upTurned || ByTurns ? all => Parted(all, upTurned) : null, expert.Bias ? $"{GateUp}_bias" : null);
        var down = list.LinearsOf(
            Down, downTurned ? [experts, inner, hidden] : [experts, hidden, inner], [.. Enumerable.Range(0, experts).Select(number => Name(number, expert.Names.Down))],
            downTurned ? OutputsFirst : null, expert.Bias ? $"{Down}_bias" : null);
        return [.. Enumerable.Range(0, experts).Select(number => new Mlp(expert.Activation, expert.Clamp, up[2 * number], up[(2 * number) + 1], down[number]))];
    }

    private Mlp[] Apart(PartSource list, int experts, MlpPlan expert)
    {
        IReadOnlyList<Linear> Of(string tensor, string part, int outputs, int inputs) =>
            list.LinearsOf(tensor, [experts, outputs, inputs], [.. Enumerable.Range(0, experts).Select(number => $"{number}.{part}")]);
        var (gates, ups) = (Of(GateUp, expert.Names.Gate, expert.InnerSize, list.HiddenSize), Of(Up!, expert.Names.Up, expert.InnerSize, list.HiddenSize));
        var downs = Of(Down, expert.Names.Down, list.HiddenSize, expert.InnerSize);
        return [.. Enumerable.Range(0, experts).Select(number => new Mlp(expert.Activation, expert.Clamp, gates[number], ups[number], downs[number]))];
    }

    /// <summary>A tensor of all experts' weights [experts, outputs, inputs], gates before ups, as the checkpoint has it.</summary>
    /// <param name="part">Its name in the list of experts.</param>
    /// <param name="all">The weights.</param>
    public Tensor AsStored(string part, Tensor all)
    {
        var ordered = ByTurns && part == GateUp ? all.unflatten(1, [2, -1]).transpose(1, 2).flatten(1, 2) : all;
        return InputsFirst == true ? ordered.transpose(1, 2) : ordered;
    }

    private bool IsInputsFirst(PartSource list, string part, int outputs, int inputs) => InputsFirst ?? IsInputsFirst(list.ShapeOf(part), outputs, inputs);

    private static Tensor OutputsFirst(Tensor all) => all.dim() == 3 ? all.transpose(1, 2) : all;

    /// <summary>Gates behind each other, then ups: of weights [experts, outputs, inputs] as they lie here, and of biases [experts, outputs].</summary>
    private Tensor Parted(Tensor all, bool isTurned)
    {
        var ordered = isTurned ? OutputsFirst(all) : all;
        return ByTurns ? ordered.unflatten(1, [-1, 2]).transpose(1, 2).flatten(1, 2) : ordered;
    }
}
