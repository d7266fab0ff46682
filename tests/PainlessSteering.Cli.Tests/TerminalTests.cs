using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PainlessSteering.Cli;
using PainlessSteering.Cli.Commands;
using Spectre.Console;
using Spectre.Console.Testing;
using PlainText = Spectre.Console.Text;

namespace PainlessSteering.Tests.Cli;

/// <summary>No text of a file, a request or a model commands a terminal, whatever verb shows it; nor is it markup.</summary>
[Collection(StandardInputCollection.Name)]
public sealed class TerminalTests : IDisposable
{
    /// <summary>Colours, a title, the eight-bit form, a backspace, a turned direction, and the markup of the tables.</summary>
    private const string Hostile = "\u001b[31mx\u001b]0;t\u0007\u009b2J\b\u202Ex[red]y[/][/]";

    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    public static TheoryData<string, string, int> Data => new()
    {
        { "a question, a choice and a group", $$"""{"question":{{Quoted("q" + Hostile)}},"choices":[{{Quoted("a" + Hostile)}},"b"],"answer":0,"group":{{Quoted(Hostile)}}}""", 0 },
        { "a bad answer", $$"""{"question":"q","choices":["a","b"],"answer":{{Quoted(Hostile)}}}""", 1 },
        { "the names of columns", $$"""{"question":"q","choices":["a","b"],"answer":0,{{Quoted(Hostile)}}:1}""", 0 },
        { "no known column", $$"""{{{Quoted("q" + Hostile)}}:"q",{{Quoted("c" + Hostile)}}:["a","b"]}""", 1 },
        { "no JSON", "{" + Hostile, 1 },
    };

    [Theory]
    [MemberData(nameof(Data))]
    public async Task Rows(string what, string row, int code)
    {
        var path = _tiny.File($"{Hostile.Replace('/', '-')}.jsonl");
        File.WriteAllText(path, row + "\n");
        foreach (var json in new[] { false, true })
        {
            var run = await Pas.RunAsync(["data", "check", path, .. json ? ["--json"] : Array.Empty<string>()]);
            Assert.True(code == run.Code, $"{what}: {run.Error}");
            AssertSafe(run);
        }
    }

    [Fact]
    public async Task NamesOfFiles()
    {
        var name = Hostile.Replace('/', '-');
        foreach (string[] verb in new[] { ["inspect", _tiny.File(name)], ["eval", "--model", _tiny.File(name)], ["generate", "--model", _tiny.File(name), "x"], ["study", "status", _tiny.File(name)], ["tokenize", "--model", _tiny.File(name), "x"], [name], ["fit", "--" + name], new[] { "download", name } })
        {
            var run = await Pas.RunAsync(verb);
            Assert.NotEqual(0, run.Code);
            AssertSafe(run);
        }
    }

    [Fact]
    public async Task AVectorAndItsOrigin()
    {
        File.Move(_tiny.Items, _tiny.File($"{Hostile.Replace('/', '-')}.csv"));
        var data = _tiny.File($"{Hostile.Replace('/', '-')}.csv");
        var vector = _tiny.File($"v{Hostile.Replace('/', '-')}.safetensors");
        var fit = await _tiny.FitAsync("--data", data, "--out", vector);
        Assert.True(fit.Code == 0, fit.Error);
        AssertSafe(fit);
        AssertSafe(await Pas.RunAsync("inspect", vector));
        var json = await Pas.RunAsync("inspect", vector, "--json");
        AssertSafe(json);
        Assert.Equal(Path.GetFileName(data), (string?)json.Json["provenance"]!["data"]); // Escaped, not lost.
    }

    [Fact]
    public async Task WhatATemplateMakesIsSafeOnATerminalAndWholeElsewhere()
    {
        File.WriteAllText(_tiny.ModelFile("chat_template.jinja"), "{{ messages[0].content }}");
        var run = await Pas.RunOnAsync(new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Hostile }).ToJsonString(), "template", "--model", _tiny.Model);
        Assert.Equal(Hostile, run.Output);

        File.WriteAllText(_tiny.ModelFile("chat_template.jinja"), "{{ raise_exception(messages[0].content) }}");
        var refused = await Pas.RunOnAsync(new JsonArray(new JsonObject { ["role"] = "user", ["content"] = Hostile }).ToJsonString(), "template", "--model", _tiny.Model);
        Assert.Contains("[red]y[/]", refused.Error, StringComparison.Ordinal);
        AssertSafe(refused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatAModelMakesIsSafeOnATerminalAndWholeElsewhere(bool terminal)
    {
        using var below = new StringWriter();
        using var writer = new TerminalWriter(below, terminal);
        TerminalWriter.WriteMade(writer, Hostile);
        Assert.Equal(terminal ? TerminalText.Safe(Hostile) : Hostile, below.ToString());
    }

    [Fact]
    public void EveryWayToWriteIsSafe()
    {
        using var below = new StringWriter { NewLine = "\n" };
        using var writer = new TerminalWriter(below, isTerminal: false);
        writer.Write('\u001b');
        writer.Write("\u001b");
        writer.Write("\u001b".ToCharArray());
        writer.Write("\u001b".AsSpan());
        writer.Write("{0}", "\u001b");
        writer.Write((object)"\u001b");
        writer.Write(new System.Text.StringBuilder("\u001b"));
        writer.WriteLine("\u001b");
        writer.WriteLine("\u001b".ToCharArray());
        writer.WriteLine("\u001b".AsSpan());
        writer.WriteLine();
        Assert.Equal("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\n\uFFFD\n\uFFFD\n\n", below.ToString());
    }

    [Fact]
    public void AConsoleWithColoursKeepsItsOwnCommandsAlone()
    {
        var console = new TestConsole().Colors(ColorSystem.TrueColor).EmitAnsiSequences();
        console.Pipeline.Attach(new SafeRendering());
        console.Write(new PlainText("\u001b[2J\u009b2J", new Style(Color.Red)));
        Assert.Contains("\uFFFD[2J", console.Output, StringComparison.Ordinal);
        Assert.Contains("\uFFFD2J", console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", console.Output, StringComparison.Ordinal);
        Assert.Contains("\u001b[", console.Output, StringComparison.Ordinal); // The colour.
    }

    [Fact]
    public void ALineOfTheServersLogIsOneLine()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Warning, "category", new EventId(3), "v", new InvalidOperationException("bad\nhttp://anna:secret@h"), (state, _) => $"vector {state}{Hostile}\nfail: forged");
        new ServerLog().Write(entry, null, text);
        Assert.Matches(@"\Awarn: category\[3\] vector v[^\n]* fail: forged System\.InvalidOperationException: bad http://\*\*\*@h\n\z", text.ToString());
        Assert.DoesNotContain(text.ToString(), TerminalText.IsUnsafe);
    }

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    private static void AssertSafe(PasRun run)
    {
        Assert.DoesNotContain(run.Output, TerminalText.IsUnsafe);
        Assert.DoesNotContain(run.Error, TerminalText.IsUnsafe);
        Assert.DoesNotContain("internal error", run.Error, StringComparison.Ordinal);
    }
}
