using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Verification;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas model verify</c>: whether this engine computes from a model what a reference did.</summary>
internal static class ModelVerifyCommand
{
    private static readonly Option<string> Golden = new("--golden") { HelpName = "folder", Description = "golden.json and golden.safetensors: what the reference computed.", Required = true };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("verify", """
            Compare what this engine computes from a model with what a reference did, such as transformers: logits of every position,
            activations at every site, logits with a vector added, greedy continuations, dequantised weights, whatever the golden
            has. Shows the largest difference of each kind beside its bound; the exit code is 0 only if all are within. Bounds
            are those of float32. samples/golden.py makes a golden of any model of transformers.

              python3 samples/golden.py --model ./Llama-3.1-8B-Instruct --out ./golden
              pas model verify --model ./Llama-3.1-8B-Instruct --golden ./golden
            """);
        ModelOptions.AddModelTo(command);
        command.Add(Golden);
        command.Add(Json);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using var source = ModelOptions.Open(parsed);
        ModelOptions.TellUnused(parsed, source);
        using var model = CausalLM.Load(source, ModelOptions.Loading(parsed, source));
        var report = GoldenComparison.Run(model, parsed.GetRequiredValue(Golden), source.HasTokenizer ? source.Tokenizer : null);
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(parsed.InvocationConfiguration.Output, Document(report));
        }
        else
        {
            Show(parsed.InvocationConfiguration.Output, report);
        }

        return report.Holds ? 0 : 1;
    }

    private static object Document(GoldenReport report) => new
    {
        report.Holds,
        Differences = report.Differences.Select(difference => new
        {
            difference.Kind,
            difference.Compared,
            Largest = double.IsFinite(difference.Largest) ? difference.Largest : (double?)null, // JSON has no infinity: something is missing or is not a number.
            difference.Bound,
            difference.Measure,
            difference.Where,
            difference.Holds,
        }),
        report.NotCompared,
    };

    private static void Show(TextWriter output, GoldenReport report)
    {
        var console = Screen.On(output);
        var table = Screen.Table("compared", "number", "largest difference", "bound", "where", "");
        foreach (var difference in report.Differences)
        {
            table.AddTexts(
                difference.Kind,
                Invariant($"{difference.Compared}"),
                Invariant($"{difference.Largest:0.##e+0} {difference.Measure}"),
                Invariant($"{difference.Bound:0.##e+0}"),
                difference.Where,
                difference.Holds ? "within" : "TOO FAR");
        }

        console.Write(table);
        foreach (var kind in report.NotCompared)
        {
            output.WriteLine($"not compared: {kind}");
        }

        output.WriteLine(report.Holds ? "All within their bounds." : $"NOT EQUAL: {string.Join(", ", report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind))}");
    }
}
