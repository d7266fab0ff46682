using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Engine.Generation;

/// <summary>What is done to the activations of one sequence.</summary>
internal sealed class SequenceEdits : IDisposable
{
    private readonly EditPlan _last;
    private readonly EditPlan? _every;

    private SequenceEdits(IReadOnlyList<SteeringEdit> last, IReadOnlyList<SteeringEdit> every, CausalLM model)
    {
        Last = last;
        _last = new EditPlan([last], model.DataType, model.Device);
        _every = every.Count == 0 ? null : new EditPlan([every], model.DataType, model.Device);
    }

    /// <summary>Edits of the prompt's last token and of each new one.</summary>
    public IReadOnlyList<SteeringEdit> Last { get; }

    /// <summary>Whether tokens before the prompt's last one are edited too.</summary>
    public bool ReachesEveryToken => _every is not null;

    /// <summary>Prepares the edits for a model.</summary>
    /// <param name="steering">What steers the sequence.</param>
    /// <param name="model">The model to steer.</param>
    /// <returns>Null where nothing has a strength other than 0.</returns>
    public static SequenceEdits? Make(IEnumerable<ISteering> steering, CausalLM model)
    {
        var acting = steering.SelectMany(one => one.Edits.Where(edit => edit.Strength != 0).Select(edit => (edit, one.TokenRule))).ToList();
        return acting.Count == 0 ? null : new SequenceEdits(
            [.. acting.Select(one => one.edit)], [.. acting.Where(one => one.TokenRule == TokenRule.All).Select(one => one.edit)], model);
    }

    /// <summary>Refuses edits that do not fit the model's shape, and strengths that would overflow it.</summary>
    /// <param name="steering">What steers; the weights that it was fitted on are not known here.</param>
    /// <param name="model">The model to steer.</param>
    /// <exception cref="PasException">The reason.</exception>
    public static void EnsureFit(IReadOnlyList<ISteering> steering, CausalLM model)
    {
        foreach (var one in steering)
        {
            SteeringFit.Ensure(one.Edits, one.Condition, model.Config.HiddenSize, model.Config.Layers);
        }

        SteeringFit.EnsureBearable(steering.SelectMany(one => one.Edits));
    }

    /// <summary>The hook of a piece of the prompt.</summary>
    /// <param name="endsPrompt">False where the last token of the piece is followed by more of the prompt.</param>
    public IActivationHook Hook(bool endsPrompt) => new EditHook(endsPrompt ? _last : _every, EditMembers.Prompts, _every);

    /// <inheritdoc/>
    public void Dispose()
    {
        _last.Dispose();
        _every?.Dispose();
    }
}
