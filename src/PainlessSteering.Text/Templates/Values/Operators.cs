using System.Numerics;
using PainlessSteering.Text.Templates.Library;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's arithmetic.</summary>
internal static class Operators
{
    public static object Add(object a, object b)
    {
        switch (a, b)
        {
            case (string x, string y):
                Budget.SpendText((long)x.Length + y.Length);
                return x + y;
            case (Markup, string or Markup) or (string, Markup):
                var (left, right) = (Markup.Escape(a).Text, Markup.Escape(b).Text);
                Budget.SpendText((long)left.Length + right.Length);
                return new Markup(left + right);
            case (PythonList x, PythonList y):
                return x.With(Joined(x, y));
            case (PythonTuple x, PythonTuple y):
                return x.With(Joined(x, y));
            case (string or Markup or PythonList or PythonTuple, not Undefined):
                throw TemplateException.Type(a is Markup or string
                    ? $"can only concatenate str (not \"{PythonType.Name(b)}\") to str"
                    : $"can only concatenate {PythonType.Name(a)} (not \"{PythonType.Name(b)}\") to {PythonType.Name(a)}");
            default:
                return Arithmetic("+", a, b, static (x, y) => Sum(x, y), static (x, y) => x + y);
        }
    }

    public static object Subtract(object a, object b) => Arithmetic("-", a, b, static (x, y) => Sum(x, -y), static (x, y) => x - y);

    public static object Multiply(object a, object b) => (a, b) switch
    {
        (string or Markup or PythonList or PythonTuple, _) when PythonType.IsInteger(b) => Repeat(a, PythonType.Integer(b)),
        (_, string or Markup or PythonList or PythonTuple) when PythonType.IsInteger(a) => Repeat(b, PythonType.Integer(a)),
        (string or Markup or PythonList or PythonTuple, not Undefined) => throw TemplateException.Type($"can't multiply sequence by non-int of type '{PythonType.Name(b)}'"),
        (not Undefined, string or Markup or PythonList or PythonTuple) => throw TemplateException.Type($"can't multiply sequence by non-int of type '{PythonType.Name(a)}'"),
        _ => Arithmetic("*", a, b, static (x, y) => Product(x, y), static (x, y) => x * y),
    };

    public static object Divide(object a, object b) => Arithmetic(
        "/", a, b, static (x, y) => Finite((double)x / (double)NotZero(y, "division by zero")), static (x, y) => x / NotZero(y, "float division by zero"));

    public static object FloorDivide(object a, object b) => Arithmetic(
        "//", a, b, static (x, y) => Floor(x, NotZero(y, "integer division or modulo by zero")), static (x, y) => Math.Floor(x / NotZero(y, "float floor division by zero")));

    public static object Modulo(object a, object b) => a is string or Markup
        ? PercentFormat.Format(PythonText.Str(a), b)
        : Arithmetic(
            "%", a, b, static (x, y) => x - Product(Floor(x, NotZero(y, "integer division or modulo by zero")), y), static (x, y) => FloatModulo(x, NotZero(y, "float modulo")));

    public static object Power(object a, object b) => Arithmetic("** or pow()", a, b, static (x, y) => Power(x, y), static (x, y) => Power(x, y));

    public static object Negate(object a) => Signed("-", a) is double number ? -number : -PythonType.Integer(a);

    public static object Plus(object a) => Signed("+", a) is double number ? number : PythonType.Integer(a);

    private static object Arithmetic(string symbol, object a, object b, Func<BigInteger, BigInteger, object> integers, Func<double, double, double> floats)
    {
        if ((a as Undefined ?? b as Undefined) is { } undefined)
        {
            throw undefined.Error();
        }

        if (PythonType.IsInteger(a) && PythonType.IsInteger(b))
        {
            return integers(PythonType.Integer(a), PythonType.Integer(b));
        }

        return PythonType.IsNumber(a) && PythonType.IsNumber(b)
            ? floats(PythonType.Float(a), PythonType.Float(b))
            : throw TemplateException.Type($"unsupported operand type(s) for {symbol}: '{PythonType.Name(a)}' and '{PythonType.Name(b)}'");
    }

    private static object Signed(string symbol, object value) => value switch
    {
        Undefined undefined => throw undefined.Error(),
        _ when PythonType.IsNumber(value) => value,
        _ => throw TemplateException.Type($"bad operand type for unary {symbol}: '{PythonType.Name(value)}'"),
    };

    private static object Repeat(object value, BigInteger count)
    {
        var times = (int)BigInteger.Max(0, BigInteger.Min(count, int.MaxValue));
        switch (value)
        {
            case string text:
                Budget.SpendText((long)text.Length * times);
                return text.Length == 0 ? "" : new System.Text.StringBuilder(text.Length * times).Insert(0, text, times).ToString();
            case Markup markup:
                return new Markup((string)Repeat(markup.Text, count));
            default:
                var sequence = (PythonSequence)value;
                Budget.Spend((long)sequence.Items.Count * times);
                return sequence.With(sequence.Items.Count == 0 ? [] : [.. Enumerable.Repeat(sequence.Items, times).SelectMany(items => items)]);
        }
    }

    private static object[] Joined(PythonSequence a, PythonSequence b)
    {
        Budget.Spend(a.Items.Count + b.Items.Count);
        return [.. a.Items, .. b.Items];
    }

    private static BigInteger Product(BigInteger x, BigInteger y)
    {
        Budget.SpendBits((double)x.GetBitLength() + y.GetBitLength());
        Budget.SpendProduct(x.GetBitLength(), y.GetBitLength());
        return x * y;
    }

    private static BigInteger Sum(BigInteger x, BigInteger y)
    {
        Budget.SpendBits(1.0 + Math.Max(x.GetBitLength(), y.GetBitLength()));
        return x + y;
    }

    private static object Power(BigInteger x, BigInteger y)
    {
        if (y.Sign < 0)
        {
            return Power((double)x, (double)y);
        }

        if (BigInteger.Abs(x) <= 1)
        {
            return y.IsZero ? BigInteger.One : y.IsEven ? x * x : x;
        }

        var bits = x.GetBitLength() * (double)y;
        Budget.SpendProduct(bits, bits);
        return BigInteger.Pow(x, (int)y);
    }

    private static double Power(double x, double y)
    {
        if (x == 0 && y < 0)
        {
            throw new TemplateException("ZeroDivisionError", "0.0 cannot be raised to a negative power");
        }

        if (x < 0 && y != Math.Floor(y) && double.IsFinite(y))
        {
            throw TemplateException.Type("complex numbers are not supported");
        }

        var power = Math.Pow(x, y);
        return double.IsInfinity(power) && double.IsFinite(x) && double.IsFinite(y) ? throw new TemplateException("OverflowError", "(34, 'Numerical result out of range')") : power;
    }

    private static BigInteger Floor(BigInteger x, BigInteger y)
    {
        Budget.SpendProduct(x.GetBitLength(), y.GetBitLength());
        var quotient = BigInteger.DivRem(x, y, out var remainder);
        return remainder.Sign != 0 && remainder.Sign != y.Sign ? quotient - 1 : quotient;
    }

    private static double FloatModulo(double x, double y)
    {
        var remainder = x % y;
        return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : Math.CopySign(remainder, remainder == 0 ? y : remainder);
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : throw new TemplateException("OverflowError", "integer division result too large for a float");

    private static BigInteger NotZero(BigInteger value, string message) => value.IsZero ? throw new TemplateException("ZeroDivisionError", message) : value;

    private static double NotZero(double value, string message) => value == 0 ? throw new TemplateException("ZeroDivisionError", message) : value;
}
