using System.CommandLine;
using PainlessSteering.Engine.Adapters;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas model</c>: look at models and work on them.</summary>
internal static class ModelCommand
{
    private static readonly Option<string> Model = new("--model") { HelpName = "folder or name", Description = "Model in Hugging Face layout, or its name on the hub where 'pas download' has fetched it.", Required = true };
    private static readonly Option<string> Adapter = new("--adapter") { HelpName = "folder", Description = "LoRA adapter in PEFT's layout (adapter_config.json, adapter_model.safetensors).", Required = true };
    private static readonly Option<string> Out = new("--out") { HelpName = "folder", Description = "The merged model, a new folder.", Required = true };

    public static Command Create() => new("model", "Look at models and work on them.") { ModelListCommand.Create(), ModelShowCommand.Create(), ModelConvertCommand.Create(), Merge(), ModelVerifyCommand.Create() };

    private static Command Merge()
    {
        var command = new Command("merge", """
            Add a LoRA adapter to a model's weights for good. The new folder is a plain model that any program can load: the weights
            keep their types and files, config and tokenizer are copied. A fit on it equals a fit with --adapter.

              pas model merge --model ./Llama-3.1-8B-Instruct --adapter ./quiz-lora --out ./Llama-3.1-8B-quiz
            """) { Model, Adapter, Out };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (output, error) = (parsed.GetRequiredValue(Out), parsed.InvocationConfiguration.Error);
        var changed = ModelMerge.Run(ModelOptions.Find(parsed, parsed.GetRequiredValue(Model)), parsed.GetRequiredValue(Adapter), output, (done, total) =>
            error.WriteLine(FormattableString.Invariant($"weight file {done} of {total}")));
        error.WriteLine(FormattableString.Invariant($"merged model: {output}, {changed} weights changed"));
        return 0;
    }
}
