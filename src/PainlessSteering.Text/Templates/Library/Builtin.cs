using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>A function, filter, test or method that comes with the language.</summary>
/// <param name="name">Its name.</param>
/// <param name="signature">Its parameters, see <see cref="Signature"/>.</param>
/// <param name="body">Gets one value for each parameter.</param>
internal sealed class Builtin(string name, string signature, Func<object[], object> body) : Callable
{
    private readonly Signature signature = new(signature);

    public string Name => name;

    public override string TypeName => "builtin_function_or_method";

    public override string Repr() => $"<built-in function {name}>";

    public override object Call(Arguments arguments)
    {
        Budget.Spend();
        var result = body(signature.Bind(name, arguments));
        if (PythonType.IsText(result))
        {
            Budget.SpendText(PythonType.Text(result).Length);
        }

        return result;
    }

    /// <summary>A table of built-ins by name.</summary>
    public static Dictionary<string, Builtin> Table(params IEnumerable<Builtin> builtins) => builtins.ToDictionary(builtin => builtin.Name);
}
