using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Sends each row to the experts that its router chooses and adds up what they give. Rows are gathered by expert, so that each runs once over all of
/// its rows; experts that no row goes to are not touched.
/// </summary>
internal sealed class MixtureOfExperts(IRouter router, IReadOnlyList<Mlp> experts, SharedExpert? shared, bool weighsInput = false) : IFeedForward
{
    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var (weights, chosen) = router.Route(pass, rows);
        var (places, counts) = ByExpert(chosen);
        var each = chosen.size(1);
        using var ofPlaces = tensor(places, device: rows.device);
        using var ofRows = tensor([.. places.Select(place => place / each)], device: rows.device);
        var sorted = weights.flatten().index_select(0, ofPlaces).unsqueeze(1);
        var sum = zeros_like(rows);
        for (int expert = 0, first = 0; expert < counts.Length; first += counts[expert++])
        {
            if (counts[expert] > 0)
            {
                Add(experts[expert], rows, ofRows.narrow(0, first, counts[expert]), sorted.narrow(0, first, counts[expert]), sum);
            }
        }

        return (shared is null ? sum : sum.add_(shared.Forward(rows), Scalars.One)).MoveToOuterDisposeScope();
    }

    private void Add(Mlp expert, Tensor rows, Tensor indices, Tensor weights, Tensor sum)
    {
        using var scope = NewDisposeScope(); // Of one expert at a time.
        var own = indices.size(0) == rows.size(0) ? rows : rows.index_select(0, indices); // All rows are in their order.
        sum.index_add_(0, indices, weighsInput ? expert.Forward(own * weights) : expert.Forward(own) * weights, Scalars.One);
    }

    /// <summary>The choices sorted by expert, those of one expert in the order of the rows.</summary>
    /// <param name="chosen">[rows, experts of a row]</param>
    /// <returns>Places in the flattened choices, and how many belong to each expert.</returns>
    private (long[] Places, int[] Counts) ByExpert(Tensor chosen)
    {
        using var onHost = chosen.cpu();
        var choices = onHost.data<long>().ToArray();
        var counts = new int[experts.Count];
        foreach (var expert in choices)
        {
            counts[expert]++;
        }

        var next = new int[experts.Count];
        for (var expert = 1; expert < next.Length; expert++)
        {
            next[expert] = next[expert - 1] + counts[expert - 1];
        }

        var places = new long[choices.Length];
        for (var place = 0; place < choices.Length; place++)
        {
            places[next[choices[place]]++] = place;
        }

        return (places, counts);
    }
}
