using System.Text;

namespace PainlessSteering;

/// <summary>
/// An error that a user can act on: its kind, what is wrong, where, what was expected, what was found and what to do. The message is
/// one line of these. Anything that a bad input, a bad setting or a full disk can cause is thrown as this type; other exceptions are bugs.
/// </summary>
public sealed class PasException : Exception
{
    private readonly string _what;
    private readonly string? _where, _expected, _found, _remedy, _code;

    /// <summary>Creates the error. Leave out the parts that say nothing new. In every part <see cref="SettingName.Of"/> stands for a setting.</summary>
    /// <param name="what">What is wrong, e.g. <c>answer is not one of the choices</c>.</param>
    /// <param name="where">File, and line or key where known, e.g. <c>items.csv, row 12, column 'answer'</c>; empty where <paramref name="what"/> says it already.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="found">What was there instead.</param>
    /// <param name="remedy">What the user can do, as an imperative.</param>
    /// <param name="inner">The cause, shown only where details are asked for.</param>
    public PasException(string what, string? where = null, string? expected = null, string? found = null, string? remedy = null, Exception? inner = null)
        : base(null, inner) => (_what, _where, _expected, _found, _remedy) = (what, where, expected, found, remedy);

    /// <summary>The kind, one of <see cref="ErrorCodes"/>.</summary>
    public string Code
    {
        get => _code ?? (Setting is null ? ErrorCodes.BadInput : ErrorCodes.BadSetting);
        init => _code = value;
    }

    /// <summary>
    /// The setting that is at fault, by the library's own name (<c>nameof(SftOptions.Rank)</c>), or by that of the surface that shows the
    /// error; null where it is none. Where nothing is said of the place, it is the place.
    /// </summary>
    public string? Setting { get; init; }

    /// <summary>What is wrong.</summary>
    public string What => Shown(_what)!;

    /// <summary>The place: a file, and line or key where known; null where there is none, or where it is <see cref="Setting"/>.</summary>
    public string? Where => _where is "" ? null : Shown(_where);

    /// <summary>What would have been right; or null.</summary>
    public string? Expected => Shown(_expected);

    /// <summary>What was there instead; or null.</summary>
    public string? Found => Shown(_found);

    /// <summary>What the user can do; or null.</summary>
    public string? Remedy => Shown(_remedy);

    /// <summary>All parts in one line, for people.</summary>
    public override string Message
    {
        get
        {
            var line = new StringBuilder();
            void Add(string before, string? part, string after) => line.Append(part is null ? "" : $"{before}{part}{after}");
            Add("", _where is "" ? null : Where ?? Setting, ": ");
            Add("", What, "");
            Add("; expected ", Expected, "");
            Add("; found ", Found, "");
            Add("; ", Remedy, "");
            return line.Replace("\r", "").Replace("\n", " ").ToString();
        }
    }

    /// <summary>The same error in the words of a surface.</summary>
    /// <param name="nameOf">What a setting of the library is called there, e.g. <c>--rank</c>; null for one that it does not have.</param>
    public PasException Named(Func<string, string?> nameOf) =>
        With(_where, Setting is null ? null : nameOf(Setting) ?? Setting, text => SettingName.Fill(text, nameOf));

    /// <summary>
    /// The same error at a place that its thrower could not know, before the place that it told. A place stands for a setting: who
    /// reads a setting from a file tells file, line and key instead of its name.
    /// </summary>
    /// <param name="place">E.g. <c>study.yaml, line 3, key 'rank'</c>.</param>
    public PasException At(string place) => With(string.IsNullOrEmpty(_where) ? place : $"{place}, {_where}", null, text => text);

    /// <summary>The same error of a setting that its thrower could not know.</summary>
    /// <param name="setting">The setting's name.</param>
    internal PasException Of(string setting) => With(_where, setting, text => text);

    /// <summary>
    /// The same error with the files below a folder called by their names relative to it, and the folder by its own name, for readers whom
    /// the place of the folder does not concern.
    /// </summary>
    /// <param name="folder">The folder.</param>
    public PasException Below(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(folder);
        var name = Path.GetFileName(path);
        return With(_where, Setting, text => text?.Replace(Path.Join(path, "/"), "", StringComparison.Ordinal).Replace(path, name.Length > 0 ? name : path, StringComparison.Ordinal));
    }

    private PasException With(string? where, string? setting, Func<string?, string?> changed) =>
        new(changed(_what)!, changed(where), changed(_expected), changed(_found), changed(_remedy), this) { Code = Code, Setting = setting };

    private static string? Shown(string? text) => SettingName.Fill(text, name => name) is { } shown ? UrlCredentials.Hidden(shown) : null;
}
