using PainlessSteering.Data;
using PainlessSteering.Scoring;

namespace PainlessSteering.Evaluation;

/// <summary>The items of a data set that a run may use, parted by its seed.</summary>
internal sealed class ItemSplit
{
    private readonly Dataset _data;
    private readonly FitOptions _options;
    private readonly ChoiceEncoder _encoder;
    private readonly IReadOnlyList<int> _usable;
    private readonly Split _split;

    /// <exception cref="PasException">There are too few items.</exception>
    public ItemSplit(Dataset data, FitOptions options, ChoiceEncoder encoder)
    {
        (_data, _options, _encoder) = (data, options, encoder);
        _usable = ChoiceSet.Usable(data.Items, options, encoder);
        _split = Split.Make([.. _usable.Select(index => data.Items[index])], options.Seed, options.Split, options.MaxItems, options.Protocol);
    }

    /// <summary>Items that the model's context does not hold.</summary>
    public int LeftOut => _data.Items.Count - _usable.Count;

    /// <summary>Items that the split is drawn from.</summary>
    public int Pool => _usable.Count;

    public ChoiceSet Train(Exemplars exemplars) => Present(_split.Train, exemplars);

    public ChoiceSet Validation(Exemplars exemplars) => Present(_split.Validation, exemplars);

    public ChoiceSet Test(Exemplars exemplars) => Present(_split.Test, exemplars);

    private ChoiceSet Present(IReadOnlyList<int> part, Exemplars exemplars) =>
        ChoiceSet.Present(_data.Items, [.. part.Select(index => _usable[index])], _options, _encoder, exemplars);
}
