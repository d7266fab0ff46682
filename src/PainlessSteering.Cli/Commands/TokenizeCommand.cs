using System.CommandLine;
using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas tokenize</c>: the token ids that a model sees for a text.</summary>
internal static class TokenizeCommand
{
    private static readonly Argument<string[]> Texts = new("text") { Description = "Texts. Without any, standard input is read: one JSON string a line.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string> Model = new("--model") { HelpName = "folder, file or name", Description = "Folder with a tokenizer.json or a tokenizer.model, such a file, a GGUF file, or a name as of other verbs.", Required = true };
    private static readonly Option<bool> Json = CommonOptions.Json();
    private static readonly Option<bool> NoSpecial = new("--no-special") { Description = "Leave out the special tokens that the tokenizer puts around a text." };

    public static Command Create()
    {
        var command = new Command("tokenize", """
            Show the token ids and pieces of texts, as the model sees them. A tokenizer.json alone is enough.

              pas tokenize --model models/stories260K "Once upon a time"
            prints
              "Once upon a time": 5 tokens
              ids     1 403 407 261 378
              pieces  <s> ▁Once ▁upon ▁a ▁time
            Texts with line breaks come as JSON strings, one a line, and --json gives a list of {text, ids, pieces}:
              echo '"two\nlines"' | pas tokenize --model models/stories260K --json
            """) { Texts, Model, Json, NoSpecial };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var source = ModelOptions.Open(parsed, parsed.GetRequiredValue(Model));
        var tokenizer = source.Tokenizer;
        var texts = parsed.GetValue(Texts) is { Length: > 0 } given ? given : await ReadAsync(parsed.InvocationConfiguration.Error, cancellation);
        var tokenized = texts.Select(text => Tokenize(tokenizer, text, !parsed.GetValue(NoSpecial)));
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, tokenized);
            return 0;
        }

        foreach (var (text, ids, pieces) in tokenized)
        {
            cancellation.ThrowIfCancellationRequested();
            output.WriteLine(FormattableString.Invariant($"{JsonOutput.Quote(text)}: {ids.Count} tokens"));
            output.WriteLine($"ids     {string.Join(' ', ids)}");
            output.WriteLine($"pieces  {string.Join(' ', pieces)}");
        }

        return 0;
    }

    private static TokenizedText Tokenize(Tokenizer tokenizer, string text, bool addSpecialTokens)
    {
        var ids = tokenizer.Encode(text, addSpecialTokens);
        return new TokenizedText(text, ids, [.. ids.Select(tokenizer.Piece)]);
    }

    /// <summary>Reads standard input on another thread, since a read from a terminal cannot be cancelled.</summary>
    private static async Task<string[]> ReadAsync(TextWriter error, CancellationToken cancellation)
    {
        var input = Console.In;
        if (!Console.IsInputRedirected)
        {
            error.WriteLine("pas: reading texts from standard input, one JSON string a line");
        }

        return await Task.Run(() => Read(input), cancellation).WaitAsync(cancellation);
    }

    private static string[] Read(TextReader input)
    {
        var texts = new List<string>();
        for (var number = 1; input.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                texts.Add(JsonSerializer.Deserialize<string>(line) ?? throw new JsonException("it is null"));
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw new PasException(
                    "the line is not a JSON string", FormattableString.Invariant($"standard input, line {number}"),
                    "a text in double quotes, such as \"Hello\\nworld\"", line.Length <= 40 ? line : line[..40] + "…", inner: exception);
            }
        }

        return [.. texts];
    }

    private sealed record TokenizedText(string Text, IReadOnlyList<int> Ids, IReadOnlyList<string> Pieces);
}
