using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PainlessSteering.Text;

namespace PainlessSteering.Demo;

/// <summary>Makes everything in assets/demo but the README, from one seed.</summary>
internal static class Maker
{
    public const int Seed = 1;
    private const int TokenizerDocuments = 3000;

    private static readonly Problems Problems = new(new World(Seed));
    private static readonly Corpus Corpus = new(Problems);

    /// <summary>The data sets and the tokenizer, by file name.</summary>
    public static Dictionary<string, string> TextFiles()
    {
        var random = new Random(Seed + 2);
        var pieces = Enumerable.Range(0, TokenizerDocuments).SelectMany(_ => Corpus.Document(random)).Select(piece => piece.Text);
        return new(DataFiles.Make(Problems, Seed + 1)) { ["model/tokenizer.json"] = Vocabulary.Learn(pieces.Where(text => text != Vocabulary.EndOfText)) };
    }

    /// <summary>Writes the text files, trains the model and writes it with a record of the training.</summary>
    public static void Run(string folder, int steps, TextWriter log)
    {
        var model = Directory.CreateDirectory(Path.Combine(folder, "model")).FullName;
        foreach (var (name, content) in TextFiles())
        {
            AtomicFile.WriteAllText(Path.Combine(folder, name), content);
        }

        var tokenizer = Tokenizer.Load(model);
        var network = new LlamaNetwork(new LlamaShape(tokenizer.VocabularySize), Seed + 3);
        var documents = new Random(Seed + 4);
        var trainer = new Trainer(network, () => TokenizedDocument.From(Corpus.Document(documents), tokenizer));
        var clock = Stopwatch.StartNew();
        var loss = trainer.Run(steps, (step, loss) =>
        {
            if (step % 100 == 0)
            {
                log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step} of {steps}, loss {loss:f4}, {clock.Elapsed.TotalSeconds:f0} s"));
            }
            if (step % 500 == 0)
            {
                log.WriteLine(new Habits(network, tokenizer, Problems) { Questions = 60 }.Measure(Seed + 5).ToJsonString());
                ModelFolder.Write(model, network);
            }
        });
        ModelFolder.Write(model, network);

        var record = new JsonObject
        {
            ["seed"] = Seed,
            ["steps"] = steps,
            ["parameters"] = network.Parameters.Values.Sum(parameter => parameter.numel()),
            ["loss"] = Math.Round(loss, 4),
            ["answers, percent"] = new Habits(network, tokenizer, Problems).Measure(Seed + 5),
        };
        var text = record.ToJsonString(JsonFiles.Indented) + "\n";
        AtomicFile.WriteAllText(Path.Combine(folder, "training.json"), text);
        log.Write(text);
    }
}
