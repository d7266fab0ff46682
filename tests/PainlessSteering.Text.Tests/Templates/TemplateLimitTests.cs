using PainlessSteering.Text.Templates;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Tests.Text.Templates;

/// <summary>A template comes from strangers: whatever it tries, it ends soon, and with an error that says why.</summary>
public sealed class TemplateLimitTests
{
    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "a text of more than 16000000 characters")]
    [InlineData("{{ 'a' * 999999999999 }}", "a text of more than 16000000 characters")]
    [InlineData("{{ [0] * 999999999999 }}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=[0]) %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=[0]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=[0]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=[0], y=[0]) %}{% for a in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=(0,)) %}{% for a in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}", "more than 5000000 steps")]
    [InlineData("{% set ns = namespace(x=[0]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "nested too deeply")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "macros call each other too deeply")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "a recursive loop is nested too deeply")]
    [InlineData("{{ 10 ** (10 ** 10) }}", "an integer of more than 100000 bits")]
    [InlineData("{% set ns = namespace(x=3) %}{% for a in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}", "an integer of more than 100000 bits")]
    [InlineData("{{ '%999999999d' % 1 }}", "a text of more than 16000000 characters")]
    [InlineData("{{ '{:999999999}'.format(1) }}", "a text of more than 16000000 characters")]
    [InlineData("{{ 'a' | indent(99999999, first=true) }}", "a text of more than 16000000 characters")]
    [InlineData("{{ 'a' | center(99999999) }}", "a text of more than 16000000 characters")]
    [InlineData("{{ [[1]] | tojson(indent=99999999) }}", "a text of more than 16000000 characters")]
    [InlineData("{{ [1] | batch(99999999, 0) | list }}", "more than 5000000 steps")]
    [InlineData("{{ [1] | slice(99999999) | list }}", "more than 5000000 steps")]
    [InlineData("{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}", "a text of more than 16000000 characters")]
    public void AGreedyTemplateIsStopped(string template, string reason)
    {
        var error = Assert.Throws<TemplateException>(() => new Template(template).Render(new PythonDictionary(), DateTime.UnixEpoch));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("- ", "")]
    [InlineData("x(", ")")]
    public void ADeepExpressionIsNotParsed(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 50_000)) + "x" + string.Concat(Enumerable.Repeat(close, 50_000));
        Assert.Throws<TemplateException>(() => new Template("{{ " + text + " }}").Render(new PythonDictionary(), DateTime.UnixEpoch));
    }

    [Theory]
    [InlineData("{% if x %}")]
    [InlineData("{% for a in b %}")]
    [InlineData("{% set a %}")]
    [InlineData("{% filter upper %}")]
    public void DeepBlocksAreNotParsed(string tag) =>
        Assert.Contains("nested too deeply", Assert.Throws<TemplateException>(() => new Template(string.Concat(Enumerable.Repeat(tag, 5_000)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" ~ 1")]
    [InlineData(" and 1")]
    [InlineData(".real")]
    [InlineData("|string")]
    public void ALongChainEitherRendersOrIsAnError(string link)
    {
        try
        {
            Assert.NotNull(new Template("{{ 1" + string.Concat(Enumerable.Repeat(link, 20_000)) + " }}").Render(new PythonDictionary(), DateTime.UnixEpoch));
        }
        catch (TemplateException error)
        {
            Assert.Equal("nested too deeply", error.Message);
        }
    }
}
