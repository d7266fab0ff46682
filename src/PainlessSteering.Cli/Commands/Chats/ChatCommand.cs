using System.CommandLine;
using System.Runtime.InteropServices;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Cli.Commands.Chats;

/// <summary><c>pas chat</c>: a conversation in which a vector can be switched on and off.</summary>
internal static class ChatCommand
{
    /// <summary>The verb.</summary>
    public const string Name = "chat";

    private static readonly Option<string?> System = new("--system") { HelpName = "text", Description = "System message before the first turn." };

    public static Command Create()
    {
        var command = new Command(Name, """
            Talk to a model, with a steering vector switched on and off at will. Lines that begin with / are commands:
            /help lists them. Ctrl-C stops an answer; twice at the prompt it ends the chat, as /exit and the end of the input do.

              pas chat --model ./Llama-3.1-8B-Instruct --vector quiz.safetensors
            """) { System };
        SteeringArguments.AddTo(command);
        SamplingArguments.AddTo(command);
        ModelOptions.AddModelTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => RunAsync(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var options = SamplingArguments.Options(parsed);
        var applied = SteeringArguments.Applied(parsed);
        using var loaded = ModelOptions.Load(parsed, (config, type) => WorkingSet.OfTexts(config, type, SamplingArguments.Engine(parsed), sequences: 1));
        SteeringArguments.EnsureFits(parsed, applied, loaded.Model);
        var template = loaded.Source.ChatTemplate;
        var prompt = new ChatPrompt(template);
        if (template is null)
        {
            error.WriteLine("the model has no chat template: turns are written as 'User: …' and 'Assistant: …'");
        }

        await using var engine = new GenerationEngine(loaded.Model, loaded.Tokenizer, SamplingArguments.Engine(parsed));
        var steering = new ChatSteering(loaded.Model, applied, SteeringArguments.IsForced(parsed));
        var session = new ChatSession(engine, loaded.Tokenizer, prompt, options, steering, parsed.GetValue(System));
        var stop = new AnswerStop(cancellation);
        var loop = new ChatLoop(session, steering, output, error);
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = stop.Stop() || loop.StaysAtPrompt());
        await loop.RunAsync(stop);
        return 0;
    }
}
