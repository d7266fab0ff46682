using System.Text.Json;
using PainlessSteering.Tests.Text;

namespace PainlessSteering.Tests.Cli.Commands;

[Collection(StandardInputCollection.Name)]
public sealed class TokenizeCommandTests : IDisposable
{
    private const string Template = """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[13],"tokens":["<s>"]}}}""";
    private const string File = $$"""{"added_tokens":[{"id":13,"content":"<s>","special":true}],"post_processor":{{Template}},"model":{{TinyTokenizers.Hello}}}""";

    private readonly TempFolder _folder = new();

    public TokenizeCommandTests() => _folder.Write("tokenizer.json", File);

    [Fact]
    public async Task TextsComeAsArguments()
    {
        var (code, output, error) = await Run("", "tokenize", "--model", _folder.Path, "hello", "h\nl");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("\"hello\": 2 tokens\nids     13 9\npieces  <s> hello\n\"h\\nl\": 4 tokens\nids     13 1 0 3\npieces  <s> h <unk> l\n", output);
    }

    [Fact]
    public async Task TextsComeAsJsonStringsAndLeaveAsJson()
    {
        var (code, output, _) = await Run("\"hello\"\n\n\"h\\nl\"\n", "tokenize", "--model", _folder.File("tokenizer.json"), "--json", "--no-special");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(2, document.RootElement.GetArrayLength());
        var second = document.RootElement[1];
        Assert.Equal("h\nl", second.GetProperty("text").GetString());
        Assert.Equal([1, 0, 3], second.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal(["h", "<unk>", "l"], second.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    public async Task ABadLineIsNamedByItsNumber(string line)
    {
        var (code, output, error) = await Run($"\"h\"\n\n{line}\n", "tokenize", "--model", _folder.Path, "--json");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("standard input, line 3: the line is not a JSON string", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderWithoutATokenizerIsAnError()
    {
        var (code, _, error) = await Run("", "tokenize", "--model", _folder.File("none"), "a");
        Assert.Equal(1, code);
        Assert.Contains("there is no such file or folder", error, StringComparison.Ordinal);
    }

    /// <summary>A person who asks for tokens does not wait for libtorch.</summary>
    [Fact]
    public void TheTokenizerBringsNoTensors() => Assert.DoesNotContain(
        typeof(PainlessSteering.Text.Tokenizer).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("PainlessSteering.Text", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public)),
        field => field.FieldType.Assembly.GetName().Name == "TorchSharp");

    public void Dispose() => _folder.Dispose();

    private static Task<PasRun> Run(string input, params string[] args) => Pas.RunOnAsync(input, args);
}
