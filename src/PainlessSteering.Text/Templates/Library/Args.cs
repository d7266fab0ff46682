using System.Numerics;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Reads optional arguments of built-ins.</summary>
internal static class Args
{
    public static object Or(this object value, object missing) => value is Missing ? missing : value;

    public static int Int(this object value, int missing) => value is Missing ? missing : PythonType.Index(value);

    public static bool Flag(this object value, bool missing = false) => value is Missing ? missing : PythonType.IsTrue(value);

    /// <summary>Whether the argument is there and not None.</summary>
    public static bool IsGiven(this object value) => value is not (Missing or None);

    /// <summary>The text of any value. Whoever takes one pays for reading it.</summary>
    public static string Str(this object value) => Paid(PythonText.Str(value));

    /// <summary>The text of a value that must be one. Whoever takes one pays for reading it.</summary>
    public static string Text(this object value) => Paid(PythonType.Text(value));

    private static string Paid(string text)
    {
        Budget.SpendText(text.Length);
        return text;
    }

    public static BigInteger Int(this int value) => value;

    public static object List(this IEnumerable<object> items)
    {
        var list = new List<object>();
        foreach (var item in items)
        {
            Budget.Spend();
            list.Add(item);
        }

        return new PythonList(list);
    }
}
