using PainlessSteering.Training;

namespace PainlessSteering.Studies;

/// <summary>How the models of a study are fine-tuned, by the names of <see cref="SftOptions"/>; what the cell itself says (seed, split) is not said again.</summary>
public sealed record StudySft
{
    private static readonly SftOptions Default = new();

    /// <summary>Rows of A and columns of B.</summary>
    public int Rank { get; init; } = Default.Rank;

    /// <summary>The change of a weight is alpha over rank times BA.</summary>
    public double Alpha { get; init; } = Default.Alpha;

    /// <summary>Adapted modules.</summary>
    public IReadOnlyList<string> Targets { get; init; } = Default.Targets;

    /// <summary>At most so many times through the training items.</summary>
    public int Epochs { get; init; } = Default.Epochs;

    /// <summary>Learning rate after the warm-up.</summary>
    public double LearningRate { get; init; } = Default.LearningRate;

    /// <summary>Share of an adapter's inputs that are dropped.</summary>
    public double Dropout { get; init; } = Default.Dropout;

    /// <summary>Items of a batch.</summary>
    public int Batch { get; init; } = Default.Batch;

    /// <summary>Batches of a step.</summary>
    public int Accumulate { get; init; } = Default.Accumulate;

    /// <summary>Longest gradient.</summary>
    public double Clip { get; init; } = Default.Clip;

    /// <summary>Share of the steps in which the learning rate grows.</summary>
    public double WarmUp { get; init; } = Default.WarmUp;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = Default.WeightDecay;

    /// <summary>Epochs without a better validation loss after which training stops.</summary>
    public int Patience { get; init; } = Default.Patience;

    /// <summary>Reads the key <c>sft</c> of a study file.</summary>
    /// <exception cref="PasException">A key is unknown, or a value not usable.</exception>
    internal static StudySft Read(YamlPart part)
    {
        var entries = part.Entries([.. StudyKeys.Sft.Values]);
        T Of<T>(string key, T missing, Func<YamlPart, T> read) => entries.TryGetValue(key, out var value) ? read(value) : missing;
        var sft = new StudySft
        {
            Rank = Of("rank", Default.Rank, value => value.Whole(1, 1024)),
            Alpha = Of("alpha", Default.Alpha, value => value.Number()),
            Targets = Of("target", Default.Targets, value => [.. value.Items().Select(item => item.Text())]),
            Epochs = Of("epochs", Default.Epochs, value => value.Whole(1)),
            LearningRate = Of("lr", Default.LearningRate, value => value.Number()),
            Dropout = Of("dropout", Default.Dropout, value => value.Number()),
            Batch = Of("batch", Default.Batch, value => value.Whole(1)),
            Accumulate = Of("accumulate", Default.Accumulate, value => value.Whole(1)),
            Clip = Of("clip", Default.Clip, value => value.Number()),
            WarmUp = Of("warmup", Default.WarmUp, value => value.Number()),
            WeightDecay = Of("weight_decay", Default.WeightDecay, value => value.Number()),
            Patience = Of("patience", Default.Patience, value => value.Whole(1)),
        };
        StudyKeys.Check(sft.Options().EnsureUsable, StudyKeys.Sft, entries);
        return sft;
    }

    /// <summary>The options of a cell's training.</summary>
    internal SftOptions Options(StudyJob job) => Options() with
    {
        Seed = job.Cell.Seed,
        Protocol = job.Cell.Protocol,
        Split = job.Split,
        MaxItems = job.Cell.MaxItems,
        SkipLongPrompts = job.Cell.SkipLongPrompts,
    };

    private SftOptions Options() => new()
    {
        Rank = Rank,
        Alpha = Alpha,
        Targets = Targets,
        Epochs = Epochs,
        LearningRate = LearningRate,
        Dropout = Dropout,
        Batch = Batch,
        Accumulate = Accumulate,
        Clip = Clip,
        WarmUp = WarmUp,
        WeightDecay = WeightDecay,
        Patience = Patience,
    };
}
