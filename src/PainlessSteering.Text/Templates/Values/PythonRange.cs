using System.Numerics;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>What <c>range</c> gives.</summary>
internal sealed class PythonRange : PythonSequence
{
    private const int Longest = 100_000; // The sandbox of Jinja2 allows as many.
    private readonly BigInteger start;
    private readonly BigInteger stop;
    private readonly BigInteger step;

    public PythonRange(BigInteger start, BigInteger stop, BigInteger step)
        : base(Numbers(start, stop, step)) => (this.start, this.stop, this.step) = (start, stop, step);

    public override string TypeName => "range";

    public override PythonSequence With(IReadOnlyList<object> others) => new PythonList(others);

    /// <summary>The range of every so many numbers, from one index to before another.</summary>
    public PythonRange Part(int first, int end, int by) => new(start + (first * step), start + (end * step), step * by);

    public override string Repr() => $"range({PythonText.Digits(start)}, {PythonText.Digits(stop)}{(step.IsOne ? "" : ", " + PythonText.Digits(step))})";

    public override object Attribute(string name) => name switch
    {
        "start" => start,
        "stop" => stop,
        "step" => step,
        _ => Missing.Value,
    };

    private static object[] Numbers(BigInteger start, BigInteger stop, BigInteger step)
    {
        if (step.IsZero)
        {
            throw TemplateException.Value("range() arg 3 must not be zero");
        }

        var length = BigInteger.Max(0, (stop - start + step - step.Sign) / step);
        if (length > Longest)
        {
            throw new TemplateException("OverflowError", FormattableString.Invariant($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({Longest})."));
        }

        Budget.SpendBits(BigInteger.Max(BigInteger.Abs(start), BigInteger.Abs(stop)));
        Budget.Spend((long)length * (1 + (Math.Max(start.GetBitLength(), stop.GetBitLength()) / 256)));
        return [.. Enumerable.Range(0, (int)length).Select(i => (object)(start + (i * step)))];
    }
}
