using System.CommandLine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using Spectre.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas model show</c>: what a model is, what of its files is not used, and what they cannot say.</summary>
internal static class ModelShowCommand
{
    private static readonly Option<string> Model = new("--model") { HelpName = "folder, file or name", Description = "Model in Hugging Face layout, a GGUF file, or a name that 'pas model list' shows.", Required = true };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("show", """
            Show what a model is: its shape, the types of its tensors, its tokenizer; what its files hold that is not used, and why; and
            what their format cannot say of a model although it may have it, such as a window of Mistral in a GGUF file. No weight is read.

              pas model show --model ./Qwen3-0.6B-Q4_K_M.gguf
              pas model show --model ollama:qwen3:0.6b
            """) { Model, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var source = ModelOptions.Open(parsed, parsed.GetRequiredValue(Model));
        var output = parsed.InvocationConfiguration.Output;
        var facts = Facts(source);
        if (parsed.GetValue(Json))
        {
            var document = JsonOutput.Tree(facts.ToDictionary(fact => fact.Name.Replace(' ', '_'), fact => fact.Value));
            document["unused"] = JsonOutput.Unused(source.Unused);
            document["unsaid"] = JsonOutput.Node(source.Unsaid);
            JsonOutput.Write(output, document);
            return 0;
        }

        var console = Screen.On(output);
        var table = Screen.Table("model", "");
        foreach (var (name, value) in facts)
        {
            table.AddTexts(name, value);
        }

        console.Write(table);
        foreach (var unsaid in source.Unsaid)
        {
            console.WriteText($"the file cannot say: {unsaid}");
        }

        console.WriteUnused(source);
        return 0;
    }

    private static IReadOnlyList<(string Name, string Value)> Facts(IModelSource source)
    {
        var config = source.Config;
        var types = source.Weights.Types.GroupBy(type => type, StringComparer.Ordinal).OrderByDescending(type => type.Count()).ThenBy(type => type.Key, StringComparer.Ordinal);
        return
        [
            ("path", source.Path),
            ("architecture", config.Architecture),
            ("parameters", Invariant($"{config.ParameterCount}")),
            ("layers", Invariant($"{config.Layers}: ") + string.Join(", ", config.Blocks.Cast<SequentialBlock>().GroupBy(Words).Select(kind => Invariant($"{kind.Count()} with {kind.Key}")))),
            ("width", Invariant($"{config.HiddenSize}")),
            ("context", Invariant($"{config.ContextLength} tokens")),
            ("vocabulary", Invariant($"{config.VocabularySize} rows{(config.TiedEmbeddings ? ", the head is the embedding" : "")}")),
            ("tensors", string.Join(", ", types.Select(type => Invariant($"{type.Count()} {type.Key}")))),
            ("memory", Memory(source)),
            ("tokenizer", source.HasTokenizer ? Invariant($"{source.Tokenizer.VocabularySize} tokens") : "none"),
            ("chat template", source.ChatTemplate is null ? "none" : "yes"),
            ("texts end with", string.Join(", ", config.EndOfSequence.Select(id => Invariant($"{id}")))),
        ];
    }

    /// <summary>What processes take that use the model here.</summary>
    private static string Memory(IModelSource source)
    {
        string Of(LoadOptions options)
        {
            MemoryNeed Need(long working) => MemoryNeed.Of(source.Weights, source.Config, options with { WorkingBytes = working });
            var (chat, fit) = (Need(WorkingSet.OfTexts(source.Config, options.DataType, new GenerationEngineOptions(), sequences: 1)), Need(WorkingSet.OfPasses(source.Config, options.DataType, EngineOptions.Default)));
            return $"chat {ByteSize.Show(chat.Bytes)}, fit {ByteSize.Show(fit.Bytes)}";
        }

        var few = LoadOptions.Fitting(source, weights: WeightFormat.FourBit);
        return $"{Of(LoadOptions.Fitting(source))}; with --weights int4 {Of(few)}";
    }

    private static string Words(SequentialBlock block)
    {
        var mixer = block.Mixer switch
        {
            AttentionPlan attention => Invariant($"attention ({attention.Heads} heads of {attention.HeadSize}, {attention.KeyValueHeads} of keys{(attention.Window is { } window ? Invariant($", a window of {window}") : "")})"),
            GatedDeltaNetPlan delta => Invariant($"a delta network ({delta.Heads} heads of {delta.ValueSize}, {delta.KeyHeads} of keys)"),
            ShortConvolutionPlan convolution => Invariant($"a short convolution of {convolution.Taps} rows"),
            var other => other.Name,
        };
        return mixer + block.FeedForward switch
        {
            MixtureOfExpertsPlan experts => Invariant($" and {experts.Experts} experts of {experts.Expert.InnerSize}, {experts.Router.Chosen} of a row{(experts.Shared is null ? "" : ", one of all rows")}"),
            MlpPlan mlp => Invariant($" and an MLP of {mlp.InnerSize}"),
            var other => $" and {other.Name}",
        };
    }
}
