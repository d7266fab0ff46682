using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas template</c>: the prompt that a model's chat template makes of a conversation.</summary>
internal static class TemplateCommand
{
    private const string Place = "standard input";

    private static readonly Option<string> Model = new("--model") { HelpName = "folder, file or name", Description = "Folder with a chat_template.jinja, or a tokenizer_config.json with a chat_template; a GGUF file; or a name as of other verbs.", Required = true };
    private static readonly Option<string?> Now = new("--now") { HelpName = "date", Description = "What the template takes for today, at noon, e.g. 2025-01-15. Without it, the clock." };

    public static Command Create()
    {
        var command = new Command("template", """
            Show the prompt that a model's chat template makes of a conversation, exactly as it is tokenised.

            Standard input holds a JSON list of messages, or an object with messages, tools, documents, add_generation_prompt
            (false unless given, as in transformers) and any other variable that the template knows. Messages are those of
            the OpenAI API; contents and past calls of tools reach the template in the form that it was written for. Where
            the template refuses the conversation, the exit code is 1; what it leaves out is told on standard error.

              echo '[{"role": "user", "content": "Hi!"}]' | pas template --model ./Qwen3-0.6B
            prints
              <|im_start|>user
              Hi!<|im_end|>
            """) { Model, Now };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var now = parsed.GetValue(Now) is { } date ? Noon(date) : (DateTime?)null;
        using var source = ModelOptions.Open(parsed, parsed.GetRequiredValue(Model));
        var template = source.ChatTemplate ?? throw ChatTemplate.Missing(source.Path);
        var input = Console.In;
        if (!Console.IsInputRedirected)
        {
            parsed.InvocationConfiguration.Error.WriteLine("pas: reading a conversation from standard input, as JSON");
        }

        // On another thread, since a read from a terminal cannot be cancelled.
        var json = await Task.Run(input.ReadToEnd, cancellation).WaitAsync(cancellation);
        var (prompt, conversation) = new ChatPrompt(template).Write(Read(json) with { Now = now }, cancellation);
        TerminalWriter.WriteMade(parsed.InvocationConfiguration.Output, prompt);
        foreach (var line in conversation.Unread.Select(place => $"{place}: the chat template does not read it").Concat(conversation.LeftOut is { } left ? [left.Message] : []))
        {
            parsed.InvocationConfiguration.Error.WriteLine($"note: {line}");
        }

        return 0;
    }

    private static DateTime Noon(string date) => DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day.ToDateTime(new TimeOnly(12, 0))
        : throw new PasException("not a date", null, "year-month-day, such as 2025-01-15", date) { Setting = "--now" };

    /// <summary>The conversation that standard input holds.</summary>
    internal static ChatTemplateInput Read(string json)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json);
        }
        catch (JsonException error)
        {
            throw new PasException("not JSON", FormattableString.Invariant($"{Place}, line {error.LineNumber + 1}"), "a list of messages, or an object with 'messages'", inner: error);
        }

        switch (node)
        {
            case JsonArray messages:
                return new ChatTemplateInput(messages) { AddGenerationPrompt = false };
            case JsonObject variables:
                return Read(variables);
            default:
                throw new PasException("wrong kind of value", Place, "a list of messages, or an object with 'messages'", json.Length <= 40 ? json.Trim() : json[..40] + "…");
        }
    }

    private static ChatTemplateInput Read(JsonObject variables)
    {
        try
        {
            var messages = variables["messages"] as JsonArray ?? throw new PasException("no conversation", $"{Place}, key 'messages'", "a list of messages");
            return new ChatTemplateInput(messages)
            {
                Tools = variables["tools"],
                Documents = variables["documents"],
                AddGenerationPrompt = false,
                Variables = variables.Where(variable => variable.Key is not ("messages" or "tools" or "documents")).ToDictionary(),
            };
        }
        catch (ArgumentException error)
        {
            throw new PasException("a key stands twice", Place, inner: error);
        }
    }
}
