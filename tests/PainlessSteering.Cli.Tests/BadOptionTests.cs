using System.Globalization;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>A mistake on the command line is told at once, in one line that names the option.</summary>
public sealed class BadOptionTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("--layers", "99", "--layers: there is no such layer; expected 0 to 2; found 99")]
    [InlineData("--layers", "x", "--layers: not a layer or a range of layers; expected such as 0-4 or 8,11,13; found 'x'")]
    [InlineData("--layers", "1-0", "--layers: not a layer or a range of layers; expected such as 0-4 or 8,11,13; found '1-0'")]
    [InlineData("--layers", "-1", "--layers: not a layer or a range of layers; expected such as 0-4 or 8,11,13; found '-1'")]
    [InlineData("--layers", ",", "the grid is empty; give at least one layer, strength, site and method")]
    [InlineData("--strengths", "1,much", "--strengths: not a number; expected numbers separated by commas; found 'much'")]
    [InlineData("--strengths", "NaN", "--strengths: not a number; expected numbers separated by commas; found 'NaN'")]
    [InlineData("--split", "1,2", "--split: not a split; expected three shares such as 0.6,0.2,0.2 or three counts such as 600,200,400; found '1,2'")]
    [InlineData("--split", "0.5,0.2,0.2", "split: the shares of the split do not add up; expected a sum of 1; found 0.5/0.2/0.2")]
    [InlineData("--split", "60,20,20", "split: the split asks for more items than there are; expected enough items for 60/20/20; found 40 items; give more data or change the sizes")]
    [InlineData("--methods", "PCA", "--methods: unknown method; expected one of PASf, iPASa, iPASwo; found 'PCA'")]
    [InlineData("--sites", "head", "--sites: no such site; expected one of residual, self_attn, post_attention_layernorm, mlp; found 'head'")]
    [InlineData("--threads", "0", "--threads: too small; expected 1 or more; found 0")]
    [InlineData("--max-items", "0", "--max-items: too small; expected 1 or more; found 0")]
    [InlineData("--placebos", "-1", "--placebos: too small; expected 0 or more; found -1")]
    [InlineData("--seed", "-1", "seed: the seed is out of range; expected 0 to 4294967295; found -1")]
    [InlineData("--seed", "x", "--seed: not usable; expected a whole number; found 'x'")]
    [InlineData("--strengths", "0,25,1,4", "--strengths: a comma stands where a decimal point may be meant; expected numbers separated by commas; found '0,25,1,4'; write 0.25 where one number is meant, '0, 25' where two are")]
    [InlineData("--strengths", "0,25;1;4", "--strengths: a comma stands where a decimal point may be meant; expected numbers separated by commas; found '0,25;1;4'; write 0.25,1,4")]
    [InlineData("--split", "0,6,0,2,0,2", "--split: not a split; expected three shares such as 0.6,0.2,0.2 or three counts such as 600,200,400; found '0,6,0,2,0,2'; write 0.6,0.2,0.2")]
    [InlineData("--placebos", "2147483647", "--placebos: not usable; expected 0 to 10000; found 2147483647")]
    public async Task OfAFit(string option, string value, string line) =>
        Assert.Equal($"pas: error: {line}\n", await _tiny.RefusedAsync(_tiny.FitArguments(option, value)));

    /// <summary>Every option that is a list: commas separate, blanks beside them do not matter, and an order of one's own neither.</summary>
    [Theory]
    [InlineData("--strengths", "0,1,4", "0 1 4")]
    [InlineData("--strengths", "1, 4,16", "1 4 16")]
    [InlineData("--strengths", "0, 25", "0 25")]
    [InlineData("--strengths", " 4 ,0.25 ,1,", "4 0.25 1")]
    [InlineData("--layers", "0, 2,1", "2 1 0")]
    [InlineData("--layers", "0-1 ,2", "2 1 0")]
    public async Task AListOfNumbersIsReadAsItIsMeant(string option, string value, string cells)
    {
        var run = await Pas.RunAsync(_tiny.FitArguments(option, value, "--json"));
        Assert.Equal(0, run.Code);
        var grid = run.Json["sites"]![0]!["grid"]!.AsArray().Select(cell => (double)cell![option[2..^1]]!).Distinct();
        Assert.Equal(cells.Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)), grid);
    }

    [Theory]
    [InlineData("--methods", "PASf, iPASa", "--methods", "PASf,iPASa")]
    [InlineData("--sites", "residual, mlp", "--sites", "residual,mlp")]
    [InlineData("--split", "0.6, 0.2, 0.2", "--split", "0.6,0.2,0.2")]
    [InlineData("--split", "24, 8,8", "--split", "24,8,8")]
    [InlineData("--choices", "A, B,C", "--choices", "A,B,C")]
    public async Task BlanksInAListDoNotMatter(string option, string value, string same, string without)
    {
        var (first, second) = (await Pas.RunAsync(_tiny.FitArguments(option, value, "--json")), await Pas.RunAsync(_tiny.FitArguments(same, without, "--json")));
        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Equal(second.Json["sites"]!.ToJsonString(), first.Json["sites"]!.ToJsonString());
    }

    [Theory]
    [InlineData("--strengt", "1", "there is no such option; found '--strengt'; did you mean '--strengths'? see pas fit --help")]
    [InlineData("--verbos", "1", "there is no such option; found '--verbos'; did you mean '--verbose'? see pas fit --help")]
    [InlineData("--zzzzzzz", "1", "there is no such option; found '--zzzzzzz'; see pas fit --help")]
    [InlineData("two", "more", "there is an argument too many; found 'two'; see pas fit --help")]
    [InlineData("--protocol", "solid", "argument 'solid' not recognized. Must be one of: 'sound' 'paper'; see pas fit --help")]
    [InlineData("--dtype", "f16", "argument 'f16' not recognized. Must be one of: 'auto' 'f32' 'bf16'; see pas fit --help")]
    public async Task OfTheLanguageOfOptions(string option, string value, string says) =>
        Assert.Equal($"pas: error: pas fit: {says}\n", await _tiny.MisunderstoodAsync(_tiny.FitArguments(option, value)));

    [Theory]
    [InlineData("--model")]
    public async Task AnOptionThatIsNeeded(string option)
    {
        var arguments = _tiny.FitArguments().ToList();
        arguments.RemoveRange(arguments.IndexOf(option), 2);
        Assert.Equal($"pas: error: pas fit: option '{option}' is required; see pas fit --help\n", await _tiny.MisunderstoodAsync([.. arguments]));
    }

    [Theory]
    [InlineData("fti", "pas: there is no such verb; found 'fti'; did you mean 'fit'? see pas --help")]
    [InlineData("--hlep", "pas: there is no such option; found '--hlep'; did you mean '--help'? see pas --help")]
    [InlineData("vector exprot v", "pas vector: there is no such verb; found 'exprot'; did you mean 'export'? see pas vector --help")]
    [InlineData("study submit here --ouut x", "pas study submit: there is no such option; found '--ouut'; did you mean '--out'? see pas study submit --help")]
    [InlineData("inspect --jsno", "pas inspect: there is no such option; found '--jsno'; did you mean '--json'? see pas inspect --help")]
    public async Task AVerbThatIsNot(string line, string says) =>
        Assert.Equal($"pas: error: {says}\n", await _tiny.MisunderstoodAsync(line.Split(' ')));

    public static TheoryData<string> Verbs
    {
        get
        {
            static IEnumerable<string> Under(System.CommandLine.Command verb) =>
                verb.Subcommands.Count == 0 ? [verb.Name] : verb.Subcommands.SelectMany(Under).Select(name => $"{verb.Name} {name}");
            return [.. PasTool.Verbs.SelectMany(create => Under(create()))];
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task OfEveryVerb(string verb) =>
        Assert.Equal($"pas: error: pas {verb}: there is no such option; found '--verbsoe'; did you mean '--verbose'? see pas {verb} --help\n", await _tiny.MisunderstoodAsync([.. verb.Split(' '), "--verbsoe"]));

    [Theory]
    [InlineData]
    [InlineData("data")]
    public async Task WithoutAVerbTheVerbsAreShown(params string[] args)
    {
        var run = await Pas.RunAsync(args);
        Assert.Equal((2, $"pas: error: {string.Join(' ', ["pas", .. args])}: a verb is missing; see {string.Join(' ', ["pas", .. args])} --help\n"), (run.Code, run.Error));
        Assert.Contains("Commands:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheStackTraceIsShownOnRequestOnly()
    {
        var run = await _tiny.FitAsync("--threads", "0");
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        run = await _tiny.FitAsync("--threads", "0", "--verbose");
        Assert.Equal(1, run.Code);
        Assert.StartsWith("pas: error: --threads: too small", run.Error, StringComparison.Ordinal);
        Assert.Contains("PainlessSteering.PasException: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("   at PainlessSteering.Cli.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NumbersAreReadAndWrittenTheSameInEveryCountry()
    {
        Assert.Equal(0, (await _tiny.FitAsync()).Code);
        var expected = await _tiny.EvalAsync("--strength", "0.5");
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE"); // "0.5" would be five there. Of this test alone: it flows with the context.
        var run = await _tiny.EvalAsync("--strength", "0.5");
        Assert.Equal((0, expected.Output), (run.Code, run.Output));
        Assert.Contains("strength 0.5", run.Output, StringComparison.Ordinal);
    }
}
