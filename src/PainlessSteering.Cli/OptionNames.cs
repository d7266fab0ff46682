using PainlessSteering.Data;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Server;
using PainlessSteering.Studies;
using PainlessSteering.Training;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli;

/// <summary>What the command line calls the settings of the libraries: the one place that knows both. A lower-case name is a parameter's.</summary>
internal static class OptionNames
{
    /// <summary>The options, some with the value that is meant.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Options = new Dictionary<string, string>
    {
        // How much of the machine, and how the model is loaded.
        [nameof(EngineOptions.Threads)] = "--threads",
        [nameof(EngineOptions.Memory)] = "--memory",
        [nameof(LoadOptions.DataType)] = "--dtype",
        [nameof(LoadOptions.Weights)] = "--weights",
        [nameof(LoadOptions.Adapter)] = "--adapter",
        ["model"] = "--model",
        ["shape"] = "--random",

        // The items.
        [nameof(DatasetColumns.Question)] = "--question",
        [nameof(DatasetColumns.Choices)] = "--choices",
        [nameof(DatasetColumns.Answer)] = "--answer",
        [nameof(DatasetColumns.AnswerForm)] = "--answer-form",
        [nameof(DatasetColumns.Sql)] = "--sql",
        ["skipBadRows"] = "--skip-bad-rows",

        // A fit.
        [nameof(FitOptions.Layers)] = "--layers",
        [nameof(FitOptions.Sites)] = "--sites",
        [nameof(FitOptions.Methods)] = "--methods",
        [nameof(FitOptions.Protocol)] = "--protocol",
        [nameof(FitOptions.SkipLongPrompts)] = "--skip-bad-rows",
        [nameof(FitOptions.Placebos)] = "--placebos",
        [nameof(FitOptions.Cache)] = "--cache",
        [nameof(FitOptions.Scorer)] = "--scorer",
        [nameof(FitOptions.Icl)] = "--icl",
        ["prompts"] = "--condition",

        // A fine-tuning.
        [nameof(SftOptions.Rank)] = "--rank",
        [nameof(SftOptions.Alpha)] = "--alpha",
        [nameof(SftOptions.Targets)] = "--target",
        [nameof(SftOptions.Epochs)] = "--epochs",
        [nameof(SftOptions.LearningRate)] = "--lr",
        [nameof(SftOptions.Dropout)] = "--dropout",
        [nameof(SftOptions.Batch)] = "--batch",
        [nameof(SftOptions.Accumulate)] = "--accumulate",
        [nameof(SftOptions.Clip)] = "--clip",
        [nameof(SftOptions.WarmUp)] = "--warmup",
        [nameof(SftOptions.WeightDecay)] = "--weight-decay",
        [nameof(SftOptions.Patience)] = "--patience",
        [nameof(SftOptions.SaveEvery)] = "--save-every",
        ["output"] = "--out",
        ["resume"] = "--resume",

        // Vectors.
        ["force"] = "--force",
        ["format"] = "--to",
        [nameof(SteeringExport.AcceptAllPositions)] = "--positions all",
        [nameof(SteeringExport.AcceptBlockOutput)] = "--site residual",
        [nameof(SteeringExport.AcceptAllPrompts)] = "--prompts all",
        [nameof(SteeringImport.Layer)] = "--layer",
        [nameof(SteeringImport.Site)] = "--site",
        [nameof(SteeringProvenance.Evaluation)] = "--json",

        // A generation.
        [nameof(SamplingOptions.Temperature)] = "--temperature",
        [nameof(SamplingOptions.TopK)] = "--top-k",
        [nameof(SamplingOptions.TopP)] = "--top-p",
        [nameof(SamplingOptions.MinP)] = "--min-p",
        [nameof(SamplingOptions.RepetitionPenalty)] = "--repetition-penalty",
        [nameof(GenerationOptions.MaxTokens)] = "--max-tokens",
        [nameof(GenerationOptions.StopStrings)] = "--stop",
        [nameof(GenerationOptions.LogProbabilities)] = "--logprobs",
        [nameof(SteeringEdit.Strength)] = "--strength",
        [nameof(AppliedVector.TokenRuleOverride)] = "'pas generate --positions all'",

        // A server.
        [nameof(ServerOptions.Host)] = "--host",
        [nameof(ServerOptions.Port)] = "--port",
        [nameof(ServerOptions.ApiKeys)] = "--api-key",
        [nameof(ServerOptions.Open)] = "--open",
        [nameof(ServerOptions.VectorFolder)] = "--vectors",
        [nameof(ServerOptions.RequestsPerMinute)] = "--requests-per-minute",
        [nameof(ServerOptions.MaxConnections)] = "--max-connections",
        [nameof(ServerOptions.DefaultMaxTokens)] = "--default-max-tokens",
        [nameof(GenerationEngineOptions.MaxSequences)] = "--max-running",
        [nameof(GenerationEngineOptions.MaxWaiting)] = "--max-waiting",
        [nameof(GenerationEngineOptions.KVCacheBytes)] = "--cache-mb",

        // A job of Slurm.
        [nameof(SlurmJob.Partition)] = "--partition",
        [nameof(SlurmJob.Time)] = "--time",
        [nameof(SlurmJob.Gpus)] = "--gpus",
    };

    /// <summary>The settings without an option, and why.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Without = new Dictionary<string, string>
    {
        [nameof(GenerationEngineOptions.PrefillTokens)] = "the tool takes the engine's default",
        [nameof(ServerOptions.MaxBodyBytes)] = "the tool takes the server's default",
        [nameof(ServerOptions.MaxBodyBytesInFlight)] = "the tool takes the server's default",
    };

    /// <summary>What a setting is called here; null where there is no option for it.</summary>
    public static string? Of(string setting) => Options.GetValueOrDefault(setting);
}
