using System.Text.Json;
using PainlessSteering.Text.Templates;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Tests.Text.Templates;

/// <summary>Every corner of the language against what Python's Jinja2 makes of it; <c>make-golden.py</c> wrote the expectations.</summary>
public sealed class GoldenTemplateTests
{
    [Fact]
    public void EveryCaseIsRenderedOrRefusedAsPythonDoes()
    {
        using var stream = typeof(GoldenTemplateTests).Assembly.GetManifestResourceStream("templates.golden.json")!;
        using var golden = JsonDocument.Parse(stream);
        var context = JsonValues.Dictionary(golden.RootElement.GetProperty("context"));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        Assert.True(cases.Length > 700);
        Assert.Equal("", string.Join('\n', cases.Select(one => Difference(one, context)).OfType<string>()));
    }

    private static string? Difference(JsonElement one, PythonDictionary context)
    {
        var template = one.GetProperty("template").GetString()!;
        var expected = one.TryGetProperty("ok", out var ok) ? ok.GetString() : null;
        string? found;
        try
        {
            found = new Template(template).Render(context, new DateTime(2025, 1, 15, 12, 0, 0));
        }
        catch (TemplateException)
        {
            found = null;
        }

        return found == expected ? null : $"{template}: expected {expected ?? one.GetProperty("error").GetString()}, found {found ?? "an error"}";
    }
}
