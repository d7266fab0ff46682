namespace PainlessSteering.Data;

/// <summary>How many items go to training, validation and test: as shares of the items used, or as counts.</summary>
public sealed record SplitSizes
{
    private readonly double _train, _validation, _test;
    private readonly bool _areCounts;

    private SplitSizes(double train, double validation, double test, bool areCounts) =>
        (_train, _validation, _test, _areCounts) = (train, validation, test, areCounts);

    /// <summary>The paper's split: 60% training, 20% validation, 20% test.</summary>
    public static SplitSizes Default { get; } = Shares(0.6, 0.2, 0.2);

    /// <summary>Shares of the items used; each is floored to whole items and the rest goes to training.</summary>
    /// <exception cref="PasException">A share is negative or not a number.</exception>
    public static SplitSizes Shares(double train, double validation, double test) =>
        double.IsFinite(train) && double.IsFinite(validation) && double.IsFinite(test) && train >= 0 && validation >= 0 && test >= 0
            ? new SplitSizes(train, validation, test, areCounts: false)
            : throw new PasException("a share of the split is not usable", "split", "three numbers from 0 to 1", FormattableString.Invariant($"{train}, {validation}, {test}")) { Code = ErrorCodes.BadSetting };

    /// <summary>Exact numbers of items; what is left over is not used.</summary>
    /// <exception cref="PasException">A count is negative.</exception>
    public static SplitSizes Counts(int train, int validation, int test) =>
        train >= 0 && validation >= 0 && test >= 0
            ? new SplitSizes(train, validation, test, areCounts: true)
            : throw new PasException("a size of the split is negative", "split", "three counts", FormattableString.Invariant($"{train}, {validation}, {test}")) { Code = ErrorCodes.BadSetting };

    /// <summary>Three shares where no number is above 1, three counts where all are whole; else null.</summary>
    public static SplitSizes? Find(double train, double validation, double test)
    {
        double[] sizes = [train, validation, test];
        return sizes.All(size => size is >= 0 and <= 1) ? Shares(train, validation, test)
            : sizes.All(size => size >= 0 && size == Math.Floor(size) && size <= int.MaxValue) ? Counts((int)train, (int)validation, (int)test)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{_train}/{_validation}/{_test}");

    /// <summary>The three sizes for <paramref name="available"/> items.</summary>
    internal (int Train, int Validation, int Test) For(int available, Protocol protocol)
    {
        if (_areCounts)
        {
            return (double)_train + _validation + _test <= available
                ? ((int)_train, (int)_validation, (int)_test)
                : throw TooFew(available, "the split asks for more items than there are");
        }

        // The released code takes any shares; the remainder may then be negative, and training pays for it.
        if (protocol == Protocol.Sound && Math.Abs(_train + _validation + _test - 1) > 1e-6)
        {
            throw new PasException("the shares of the split do not add up", "split", "a sum of 1", ToString()) { Code = ErrorCodes.BadSetting };
        }

        int train = (int)(available * _train), validation = (int)(available * _validation), test = (int)(available * _test);
        return (train + (available - train - validation - test), validation, test);
    }

    internal PasException TooFew(int available, string what) =>
        new(what, "split", $"enough items for {this}", FormattableString.Invariant($"{available} items"), "give more data or change the sizes") { Code = ErrorCodes.BadSetting };
}
