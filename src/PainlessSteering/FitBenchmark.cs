using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering;

/// <summary>Times a whole fit on made-up items, and the passes of the naive algorithm on a sample of the same prompts.</summary>
public static class FitBenchmark
{
    private const int Train = 200, Validation = 80, Test = 80, Choices = 3, SampleOf = 4;

    private static readonly string[] Words =
        ["river", "house", "seven", "green", "paper", "table", "light", "under", "water", "stone", "music", "early", "north", "field", "chair", "plain"];

    /// <summary>About how long a fit of all items will take.</summary>
    /// <param name="model">The model.</param>
    /// <param name="promptTokens">About how long a prompt is to be.</param>
    /// <param name="rate">Floating-point operations a second.</param>
    public static double PredictSeconds(CausalLM model, int promptTokens, double rate)
    {
        ArgumentNullException.ThrowIfNull(model);
        var cells = FitOptions.DefaultLayers(model.Config).SelectMany(layer => Enumerable.Repeat(layer, FitOptions.PaperStrengths.Count * 3)).ToList();
        var passes = (2.0 * Train) + Test; // A prompt and its statements; the test's.
        return ((Validation * SweepFlops.Prompt(model.Config, promptTokens, cells, Choices)) + (passes * SweepFlops.Prompt(model.Config, promptTokens, [], Choices))) / rate;
    }

    /// <summary>Runs a fit and the sample.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer; one of words if null, for a model of random weights.</param>
    /// <param name="promptTokens">About how long a prompt is to be.</param>
    /// <param name="share">Share of 200, 80 and 80 items, for a large model.</param>
    /// <param name="engine">How much of the machine may be used.</param>
    public static FitComparison Run(CausalLM model, Tokenizer? tokenizer, int promptTokens, double share, EngineOptions engine)
    {
        ArgumentNullException.ThrowIfNull(model);
        tokenizer ??= WordTokenizer();
        int[] sizes = [.. new[] { Train, Validation, Test }.Select(size => Math.Max(6, (int)(size * share)))];
        var data = MakeItems(tokenizer, sizes.Sum(), promptTokens);
        var options = new FitOptions
        {
            Layers = FitOptions.DefaultLayers(model.Config),
            Placebos = 0,
            Split = SplitSizes.Counts(sizes[0], sizes[1], sizes[2]),
            Engine = engine,
        };
        var clock = Stopwatch.StartNew();
        var result = PasPipeline.Fit(model, tokenizer, data, options);
        var seconds = clock.Elapsed.TotalSeconds;

        var encoder = new ChoiceEncoder(tokenizer, model.Config, data.Path, options.Scorer, options.LetterToken);
        var train = new ItemSplit(data, options, encoder).Train(Exemplars.None);
        var wrong = train.Items.Zip(result.Sites[0].TrainPredictions).Count(pair => pair.First.Right != pair.Second);
        long statements = options.Layers.Count * (sizes[0] + (2L * wrong)); // iPASa and iPASwo
        var cells = (long)options.Layers.Count * options.Strengths.Count * options.Methods.Count;
        var prompts = sizes[0] + ((long)options.Layers.Count * sizes[0]) + (sizes[1] * (1 + cells)) + (sizes[2] * (1L + options.Methods.Count));
        var (promptSeconds, timed) = NaivePass(model, engine, train.Prompts);
        var (statementSeconds, timedStatements) = NaivePass(model, engine, [.. train.Items.Select(item => new ChoicePrompt(encoder.Encode(item.Statement(item.Right)), [0]))]);
        var naive = (prompts * promptSeconds) + (statements * statementSeconds);
        return new FitComparison
        {
            Items = sizes,
            MeanPromptTokens = train.Prompts.Average(prompt => prompt.Tokens.Length),
            Seconds = seconds,
            NaivePasses = prompts + statements,
            NaiveSeconds = naive,
            NaivePassesTimed = timed + timedStatements,
            NaiveOverFit = naive / seconds,
        };
    }

    /// <summary>Mean time of a pass on all workers, steered or not.</summary>
    private static (double Seconds, int Passes) NaivePass(CausalLM model, EngineOptions engine, IReadOnlyList<ChoicePrompt> prompts)
    {
        using var scope = NewDisposeScope();
        var sample = prompts.Take(SampleOf * engine.Threads).ToArray();
        var cell = new Candidate(new SteeringEdit(model.Config.Layers / 2, SteeringSite.Residual, SteeringOperation.Add, new float[model.Config.HiddenSize]));
        var clock = Stopwatch.StartNew();
        new NaiveSweep(model, engine, Scorer.Letter).Run(sample, [cell], null, null, default);
        return (clock.Elapsed.TotalSeconds / (2 * sample.Length), 2 * sample.Length);
    }

    private static Dataset MakeItems(Tokenizer tokenizer, int count, int promptTokens)
    {
        var random = new Random(1);
        string Sentence(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));
        string[] MakeChoices() => [.. Enumerable.Range(0, Choices).Select(choice => $"{Words[choice]} {Sentence(3)}")];
        var frame = tokenizer.Encode(Prompts.FullMcq("", MakeChoices())).Length;
        MultipleChoiceItem[] items =
        [
            .. Enumerable.Range(0, count).Select(_ => new MultipleChoiceItem(Sentence(Math.Max(4, promptTokens - frame)), MakeChoices(), random.Next(Choices))),
        ];
        return new Dataset
        {
            Path = "made-up items",
            Items = items,
            BadRows = [],
            Understood = new DatasetColumns(),
            AnswerForm = AnswerForm.Index,
            Fingerprint = ContentHash.Of(items),
        };
    }

    private static Tokenizer WordTokenizer()
    {
        string[] pieces = ["<unk>", .. Enumerable.Range('A', 26).Select(letter => $"{(char)letter}"), ":", ".", .. Words];
        var json = new
        {
            pre_tokenizer = new { type = "Whitespace" },
            model = new { type = "WordLevel", unk_token = "<unk>", vocab = pieces.Select((piece, id) => (piece, id)).ToDictionary(pair => pair.piece, pair => pair.id) },
        };
        return Tokenizer.Load(new MemoryStream(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(json)), "words");
    }
}
