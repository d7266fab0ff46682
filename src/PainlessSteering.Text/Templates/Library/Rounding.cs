using System.Globalization;
using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filter <c>round</c>: halves go to the even digit, as the exact value of the number has them.</summary>
internal static class Rounding
{
    public static object Round(object value, int precision, string method)
    {
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw new TemplateException("FilterArgumentError", "method must be common, ceil or floor");
        }

        if (!PythonType.IsNumber(value))
        {
            throw value is Undefined undefined ? undefined.Error() : TemplateException.Type($"type {PythonType.Name(value)} doesn't define __round__ method");
        }

        if (method != "common")
        {
            var scale = Operators.Power(new BigInteger(10), new BigInteger(precision));
            var scaled = PythonType.Float(Operators.Multiply(value, scale));
            return Operators.Divide(new BigInteger(method == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)), scale);
        }

        return value is double number ? RoundFloat(number, precision) : RoundInteger(PythonType.Integer(value), precision);
    }

    private static double RoundFloat(double number, int precision)
    {
        if (!double.IsFinite(number) || precision > 323)
        {
            return number;
        }

        Budget.Spend(Math.Abs((long)precision) % 1_000);
        if (precision >= 0)
        {
            // The exact decimal expansion decides; .NET prints as many digits of it as are asked for.
            return double.Parse(number.ToString("F" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        var unit = Math.Pow(10, -(double)precision);
        return double.IsInfinity(unit) ? 0.0 * number : Math.Round(number / unit, MidpointRounding.ToEven) * unit;
    }

    private static BigInteger RoundInteger(BigInteger integer, int precision)
    {
        if (precision >= 0)
        {
            return integer;
        }

        Budget.SpendProduct(-3.33 * precision, -3.33 * precision);
        var unit = BigInteger.Pow(10, -precision);
        var down = (BigInteger)Operators.FloorDivide(integer, unit);
        var twice = 2 * (integer - (down * unit));
        return unit * (twice > unit || (twice == unit && !down.IsEven) ? down + 1 : down);
    }
}
