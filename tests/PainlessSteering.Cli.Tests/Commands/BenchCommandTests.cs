using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli.Commands;

public class BenchCommandTests
{
    [Theory]
    [InlineData(2, "either --model or --random", "bench")]
    [InlineData(2, "either --model or --random", "bench", "--model", "m", "--random", "125m")]
    [InlineData(2, "--peer and --alone measure a file", "bench", "--random", "125m", "--peer", "llama-bench")]
    [InlineData(2, "--peer and --alone measure a file", "bench", "--peer", "llama-bench")]
    [InlineData(1, "/nowhere/llama-bench: the program cannot be started", "bench", "--model", "PainlessSteering.Core.dll", "--peer", "/nowhere/llama-bench")]
    [InlineData(1, "llama.cpp's llama-bench", "bench", "--model", "PainlessSteering.Core.dll", "--peer", "/bin/true")]
    [InlineData(1, "/bin/false: the program fails", "bench", "--model", "PainlessSteering.Core.dll", "--peer", "/bin/false")]
    [InlineData(1, "--random: no such shape; expected 125m or 1b; found '7b'", "bench", "--random", "7b")]
    [InlineData(1, "--cells: too small; expected 1 or more; found 0", "bench", "--random", "125m", "--cells", "0")]
    public async Task MistakesAreOneLine(int exit, string part, params string[] args)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(exit, await PasTool.RunAsync(args, output, error));
        var line = error.ToString().Split('\n')[^2];
        Assert.StartsWith("pas: error: ", line, StringComparison.Ordinal);
        Assert.Contains(part, line, StringComparison.Ordinal);
    }
}
