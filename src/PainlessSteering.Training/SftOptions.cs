using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Training;

/// <summary>Everything that determines a fine-tuning, besides the model and the data.</summary>
public sealed record SftOptions
{
    /// <summary>Decides the split and the orders of choices, as in a fit; and the start of the factors, the order of the examples and the dropout.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Which rules hold for split and orders of choices.</summary>
    public Protocol Protocol { get; init; } = Protocol.Sound;

    /// <summary>Sizes of training, validation and test.</summary>
    public SplitSizes Split { get; init; } = SplitSizes.Default;

    /// <summary>At most so many items are used.</summary>
    public int MaxItems { get; init; } = Data.Split.DefaultMaxItems;

    /// <summary>Leave out examples that are longer than the model's context, instead of failing.</summary>
    public bool SkipLongPrompts { get; init; }

    /// <summary>Rows of A and columns of B.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The change of a weight is alpha over rank times BA.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Names of the linear modules that get an adapter, as PEFT's <c>target_modules</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>0-based blocks that get adapters; all if null.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Share of an adapter's inputs that are dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>At most so many times through the training examples.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Learning rate after the warm-up.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of the steps in which the learning rate grows to its full size.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>Examples whose gradients are computed one after the other before they are added up.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Batches a step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Longest gradient, all parameters together; a longer one is shortened to it. 0 for no limit.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Epochs without a better validation loss after which training stops.</summary>
    public int Patience { get; init; } = 2;

    /// <summary>How often the state of the training is saved besides at its interruption.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much of the machine may be used; does not change the result.</summary>
    public EngineOptions Engine { get; init; } = EngineOptions.Default;

    /// <summary>What the adapter's configuration calls the model, for other programs to find it; null for its folder's name. Does not change the result.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The options that a fit would share.</summary>
    internal FitOptions Items => new() { Layers = [0], Seed = Seed, Protocol = Protocol, Split = Split, MaxItems = MaxItems, SkipLongPrompts = SkipLongPrompts, Engine = Engine };

    /// <summary>Refuses what cannot be meant, and what the model does not have.</summary>
    /// <exception cref="PasException">The reason.</exception>
    internal void EnsureFits(ModelConfig model)
    {
        EnsureUsable();
        foreach (var layer in (Layers ?? []).Where(layer => layer < 0 || layer >= model.Layers))
        {
            throw new PasException("there is no such layer", expected: FormattableString.Invariant($"0 to {model.Layers - 1}"), found: FormattableString.Invariant($"{layer}")) { Setting = nameof(Layers) };
        }
    }

    /// <summary>Refuses what cannot be meant, whatever the model.</summary>
    /// <exception cref="PasException">The reason.</exception>
    internal void EnsureUsable()
    {
        Require(Rank is >= 1 and <= 1024, nameof(Rank), "1 to 1024", Rank);
        Require(double.IsFinite(Alpha) && Alpha > 0, nameof(Alpha), "a number above 0", Alpha);
        Require(Dropout is >= 0 and < 1, nameof(Dropout), "a share from 0 to below 1", Dropout);
        Require(Epochs >= 1, nameof(Epochs), "1 or more", Epochs);
        Require(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), "a number above 0", LearningRate);
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), "0 or more", WeightDecay);
        Require(WarmUp is >= 0 and <= 1, nameof(WarmUp), "a share from 0 to 1", WarmUp);
        Require(Batch >= 1, nameof(Batch), "1 or more", Batch);
        Require(Accumulate >= 1, nameof(Accumulate), "1 or more", Accumulate);
        Require(double.IsFinite(Clip) && Clip >= 0, nameof(Clip), "0 or more", Clip);
        Require(Patience >= 1, nameof(Patience), "1 or more", Patience);
    }

    private static void Require(bool holds, string setting, string expected, double found)
    {
        if (!holds)
        {
            throw new PasException("not usable", expected: expected, found: FormattableString.Invariant($"{found}")) { Setting = setting };
        }
    }
}
