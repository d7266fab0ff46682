using System.Globalization;
using PainlessSteering.Text.Templates;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Tests.Text.Hostile;

/// <summary>
/// Templates that ask for a great deal of work in few steps: every operation on large texts, lists and numbers, again and again. Each renders,
/// or stops with an error of the template, within the time that <c>docs/security.md</c> promises.
/// </summary>
public sealed class HostileTemplateTests
{
    private static readonly string[] Texts =
    [
        "'a'*N", "'ab'*N", "'a'*N+'b'", "'b'+'a'*N", "'a'*(N//2)+'c'+'a'*(N//2)", "'<'*N", "'<!--'*N", "'é'*N", "'😀'*(N//4)", "' a'*N", "'1'*4000", "'%d '*N", "'%(a)s'*N", "'{} '*N", "'{0[9]}'*N",
        "'&'*N", "'\\n'*N", "'_'*N", "'Aß'*N", "'.'*N", "','*N", "'\\t'*N", "'ŉ'*N", "'" + "x0." + "'*N", "'%Y%c'*N",
    ];

    private static readonly string[] Lists = ["[0]*N", "range(100000)|list", "[[0]*1000]*1000", "('a'*N,)*100000", "range(10**20, 10**20+90000)", "['a','b']*N", "[1.5]*N", "{'a':1}.items()|list", "[{'a':'b'*1000}]*N", "[()]*N"];

    private static readonly string[] Numbers = ["10**4000", "2**90000", "3**60000", "-7**30000", "0.1", "1e308", "5", "99999999", "-1", "123456789"];

    private static readonly string[] Operations =
    [
        "x.find(y)", "x.rfind(y)", "x.count(y)", "y in x", "x.split(y)", "x.rsplit(y)", "x.split()", "x.split(none, 3)", "x.splitlines()", "x.partition(y)", "x.rpartition(y)", "x.replace(y, 'z')", "x.replace('a', y)",
        "x.replace('', 'y')", "x.strip(y)", "x.lstrip(y)", "x.rstrip(y)", "x.startswith(y)", "x.endswith(y)", "x.startswith(('a'*9,)*9)", "x.removeprefix(y)", "x.removesuffix(y)", "x.upper()", "x.lower()", "x.title()",
        "x.capitalize()", "x.swapcase()", "x.casefold()", "x.isupper()", "x.islower()", "x.istitle()", "x.isalpha()", "x.isdigit()", "x.isascii()", "x.isspace()", "x.isprintable()", "x.isidentifier()", "x.isnumeric()",
        "x.expandtabs()", "x.zfill(9999999)", "x.center(9999999)", "x.ljust(9999999, 'é')", "x.join(l)", "y.join(x)", "x.format(*l)", "x.format(y)", "x % l", "x % (y,)", "x % {'a': y}", "'%*d' % (n, n)", "'%.900f' % n", "'{:,}'.format(n)",
        "'{:_b}'.format(n)", "'{:o}'.format(n)", "'%o' % n", "'%x' % n", "'%d' % n", "n|string", "n ~ n", "n + n", "n - n", "n * n", "n // 7", "n % 12345678901234567890", "n ** 3", "-n", "n == n + 1", "n|round(3)", "n|round(-3)", "n|abs", "n < n",
        "n|round(-29000, 'floor')", "x|int", "x|int(base=36)", "x|float", "x|striptags", "x|wordcount", "x|title", "x|urlencode", "x|e", "x|forceescape", "x|indent(99)", "x|indent(y)", "x|truncate(9)", "x|trim(y)", "x|trim", "x|reverse", "x|list",
        "x|length", "x|first", "x|last", "x|sort", "x|unique|list", "x|tojson", "x|tojson(ensure_ascii=true)", "l|tojson(indent=9)", "l|tojson(separators=(x, y))", "x|pprint", "l|pprint", "l|string", "x|center(999999)", "x|capitalize",
        "x|batch(3)|list", "x|slice(9)|list", "l|batch(9999999)|first", "l|batch(9, 0)|list", "l|slice(9)|list", "l|sort", "l|sort(attribute=x)", "l|sort(reverse=true)", "l|map('string')|list", "l|map(attribute=x)|list", "l|map('upper')|join",
        "l|select|list", "l|reject('eq', y)|list", "l|selectattr('a', 'eq', y)|list", "l|groupby('a')", "l|unique|list", "l|unique|first", "l|sum", "l|min", "l|max", "l|join", "l|join(y)", "l|reverse|list", "l|first", "l|last", "l|length", "l|list",
        "l == l[:]", "l < l[:]", "l[:] != l", "l + l", "l * 3", "l[::-1]", "l[::2]", "l.count(y)", "l.index(y)", "0 in l", "y in l", "x in l", "x == y ~ ''", "x < y", "x ~ y", "x + y", "x * 3", "x[::-1]", "x[5:]", "x[5]", "x[-1]", "x[y]", "l[y]",
        "{x: y}", "{x: y}[y]", "{l: 1}", "{n: 1, n+1: 2}", "dict(a=x).a", "namespace(a=x)", "x.nothing", "l.nothing", "x is upper", "x is lower", "x is in y", "x is eq y", "cycler(*l).next()", "range(n, n+9)", "range(n, n*2, 3)|list", "[x, y, l]|string",
        "x|replace(y, x)", "x|attr(y)", "strftime_now(x)", "l|dictsort", "{x: l}|dictsort", "{x: l}|items|list", "{x: l}|tojson(sort_keys=true)", "(x,) == (y,)", "(l, x)|string|length", "raise_exception(x)", "x|default(y)", "x.format_map({'a': y})",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("PAINLESS_HOSTILE_CASES") ?? "40", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnExpensiveTemplateEndsInTime(int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(
            Set("x", Texts), Set("y", Texts), Set("l", Lists), Set("n", Numbers),
            random.Next(2) == 0 ? "" : "{% set z = '' %}",
            "{% for i in range(100000) %}{% for j in range(100000) %}{% set r = ", seed < Operations.Length ? Operations[seed] : Pick(Operations), " %}{% endfor %}{% endfor %}");
        var thrown = CpuLimit.Run(text, () => new Template(text).Render(new PythonDictionary(), DateTime.UnixEpoch));
        Assert.True(thrown is TemplateException, $"{text}\n{thrown}");

        string Pick(string[] from) => from[random.Next(from.Length)];

        string Set(string name, string[] from)
        {
            var size = Pick(["10", "1000", "70000", "900000", "6000000"]);
            return $"{{% set {name} = {Pick(from).Replace("N", size, StringComparison.Ordinal)} %}}";
        }
    }

    /// <summary>What parsing costs is bounded too.</summary>
    [Theory]
    [InlineData("{% set x# = 1 %}{% if x# %}{% set y# = 2 %}{% endif %}", 9_000)]
    [InlineData("{% if a %}{% elif b# %}{% set c# = 1 %}{% endif %}", 9_000)]
    [InlineData("{% macro m#() %}{% set x# = caller %}{% endmacro %}", 9_000)]
    [InlineData("{{ a# ~ 12345678901234567890 ~ 0.5 }}", 30_000)]
    [InlineData("{# #}{{ '", 90_000)]
    [InlineData("{% raw %}{%", 90_000)]
    [InlineData("{%", 400_000)]
    public void ALongTemplateIsParsedOrRefusedInTime(string unit, int count)
    {
        var text = string.Concat(Enumerable.Range(0, count).Select(i => unit.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        Assert.True(CpuLimit.Run(unit, () => { _ = new Template(text); }) is null or TemplateException);
    }

    [Fact]
    public void ARenderingEndsWhenItIsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var template = new Template("{% for i in range(100000) %}{% for j in range(100000) %}{% set x = 'a' %}{% endfor %}{% endfor %}");
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => template.Render(new PythonDictionary(), DateTime.UnixEpoch, cancellation.Token));
        var sorting = new Template("{{ range(100000)|sort(reverse=true)|first }}");
        Assert.Throws<OperationCanceledException>(() => sorting.Render(new PythonDictionary(), DateTime.UnixEpoch, cancellation.Token));
    }

    /// <summary>The server asks this before it listens.</summary>
    [Fact]
    public void APromptOfAGreedyTemplateIsRefusedWhenItIsMade()
    {
        var template = ChatTemplate.Of("here", new Dictionary<string, string> { ["default"] = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}" }, new Dictionary<string, string>());
        Assert.Contains("more than 5000000 steps", Assert.Throws<PasException>(() => new ChatPrompt(template)).Message, StringComparison.Ordinal);
    }
}
