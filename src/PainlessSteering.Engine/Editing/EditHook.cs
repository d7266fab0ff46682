using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>Edits the activations of a pass: the last tokens of its prompts, what is forked from them, or every token of a prompt.</summary>
/// <param name="leaves">Edits of the prompts' last tokens; null for none.</param>
/// <param name="of">What the members of <paramref name="leaves"/> are.</param>
/// <param name="tokens">Edits of all tokens before the last, one member for all; null for none.</param>
/// <param name="forks">How many rows fork off each prompt's last token at a place, before what is edited there; null for none.</param>
internal sealed class EditHook(EditPlan? leaves, EditMembers of, EditPlan? tokens = null, IReadOnlyDictionary<CapturePoint, int>? forks = null) : IActivationHook
{
    /// <inheritdoc/>
    public int Forks(int layer, HookPoint point) => forks?.GetValueOrDefault(new CapturePoint(layer, point)) ?? 0;

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        var place = new CapturePoint(layer, point);
        if (rows.TokenRows > 0 && tokens is not null && tokens.Edits(place))
        {
            tokens.Apply(place, activations.narrow(0, 0, rows.TokenRows).unsqueeze(0).unsqueeze(0));
        }

        if (leaves is not null && leaves.Edits(place))
        {
            foreach (var some in rows.Runs(activations))
            {
                leaves.Apply(place, of == EditMembers.Leaves ? some : some.transpose(0, 1));
            }
        }

        return activations;
    }
}

/// <summary>Which rows of a pass have edits of their own.</summary>
internal enum EditMembers
{
    /// <summary>The leaves of a prompt, alike in every prompt: its last token, then the rows forked from it.</summary>
    Leaves,

    /// <summary>The last tokens of the prompts, each by itself.</summary>
    Prompts,
}
