using System.CommandLine;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>Every number of every verb is read by one reader, and every path is more than nothing.</summary>
public sealed class NumberOptionTests
{
    private static readonly string[] Wrong = ["1,5", "1.5x", " 1 000 ", "1_000", "0x10", "NaN", "inf", "1,000", ""];

    /// <summary>The numeric options and arguments of all verbs.</summary>
    public static TheoryData<string, string> Numbers => [.. All(symbol => OptionValues.IsNumber(symbol.Type))];

    /// <summary>The options and arguments of all verbs that name a file or a folder, told by their help.</summary>
    public static TheoryData<string, string> Paths =>
        [.. All(symbol => symbol.Type != typeof(bool) && (symbol.Help.Contains("file", StringComparison.Ordinal) || symbol.Help.Contains("folder", StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task ANumberIsNotGuessed(string verb, string name)
    {
        foreach (var text in Wrong)
        {
            var run = await Pas.RunAsync([.. verb.Split(' '), .. Given(verb, name, text)]);
            Assert.Equal((1, ""), (run.Code, run.Output));
            Assert.Matches(@"\Apas: error: [^\n]+\n\z", run.Error);
            Assert.StartsWith($"pas: error: {name}: not ", run.Error, StringComparison.Ordinal);
            Assert.Contains($"; found '{text}'", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task APathIsNotEmpty(string verb, string name)
    {
        var run = await Pas.RunAsync([.. verb.Split(' '), .. Given(verb, name, "")]);
        Assert.Equal((1, "", $"pas: error: {name}: is empty; expected the name of a file or folder\n"), (run.Code, run.Output, run.Error));
    }

    [Theory]
    [InlineData("generate --strength 1,5", "--strength: not a number; expected digits and a decimal point, such as 0.5; found '1,5'; write 1.5")]
    [InlineData("generate --temperature=0,7", "--temperature: not a number; expected digits and a decimal point, such as 0.5; found '0,7'; write 0.7")]
    [InlineData("generate --strength 1,000", "--strength: not a number; expected digits and a decimal point, such as 0.5; found '1,000'; write 1.000 or 1000, whichever is meant")]
    [InlineData("sft --lr 0,001", "--lr: not a number; expected digits and a decimal point, such as 0.5; found '0,001'; write 0.001")]
    [InlineData("vector add a b --weights 1 -0,5", "--weights: not a number; expected digits and a decimal point, such as 0.5; found '-0,5'; write -0.5")]
    [InlineData("vector scale a 0,5", "factor: not a number; expected digits and a decimal point, such as 0.5; found '0,5'; write 0.5")]
    [InlineData("serve --port 8,080", "--port: not usable; expected a whole number; found '8,080'; write 8080")]
    [InlineData("fit --max-items 99999999999", "--max-items: not usable; expected a whole number from -2147483648 to 2147483647; found '99999999999'")]
    public async Task WhatIsMeantIsTold(string line, string says)
    {
        var run = await Pas.RunAsync(line.Split(' '));
        Assert.Equal((1, $"pas: error: {says}\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task AProgramIsToldTheOption()
    {
        var run = await Pas.RunAsync("generate", "--strength", "1,5", "--json");
        Assert.StartsWith("""{"error":{"code":"bad_setting","what":"not a number","setting":"--strength","where":null,""", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ThereAreSuchOptions()
    {
        Assert.True(Numbers.Count > 50);
        Assert.True(Paths.Count > 50);
    }

    /// <summary>The value with its option, or behind as many other arguments as come first.</summary>
    private static string[] Given(string verb, string name, string text)
    {
        var command = Verbs().Single(one => one.Name == verb).Command;
        return name.StartsWith('-') ? [name, text] : [.. command.Arguments.TakeWhile(argument => argument.Name != name).Select(_ => "some"), text];
    }

    private static IEnumerable<(string Verb, string Name)> All(Func<(Type Type, string Help), bool> where) =>
        from verb in Verbs()
        from symbol in verb.Command.Options.Select(option => (option.Name, Type: option.ValueType, Help: option.HelpName ?? ""))
            .Concat(verb.Command.Arguments.Select(argument => (argument.Name, Type: argument.ValueType, Help: $"{argument.Name} {argument.Description}")))
        where @where((symbol.Type, symbol.Help))
        select (verb.Name, symbol.Name);

    private static IEnumerable<(string Name, Command Command)> Verbs() => PasTool.Verbs.SelectMany(create => Under(create(), ""));

    private static IEnumerable<(string Name, Command Command)> Under(Command verb, string before) =>
        verb.Subcommands.Count == 0 ? [(before + verb.Name, verb)] : verb.Subcommands.SelectMany(below => Under(below, $"{before}{verb.Name} "));
}
