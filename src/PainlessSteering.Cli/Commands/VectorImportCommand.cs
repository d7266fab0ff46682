using System.CommandLine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Hub;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas vector import</c>: a vector that another program wrote.</summary>
internal static class VectorImportCommand
{
    private static readonly Argument<string> File = new("file") { Description = "A llama.cpp control vector (.gguf), a .safetensors file, or a .pt file of torch.save." };
    private static readonly Option<string> Model = new("--model") { HelpName = "folder or name", Description = "The model that the vector is for.", Required = true };
    private static readonly Option<string?> Adapter = ModelOptions.Adapter();
    private static readonly Option<string> Out = new("--out") { HelpName = "file", Description = "File to write; a folder for one file each where the file steers several blocks.", Required = true };
    private static readonly Option<int?> Layer = new("--layer") { HelpName = "n", Description = "0-based block: to choose one of several, or where the file does not say." };
    private static readonly Option<string?> Site = new("--site") { Description = "Where in the block (default: as the file says, else residual)." };
    private static readonly Option<double?> Strength = new("--strength") { HelpName = "number", Description = "Factor (default: as the file says, else 1)." };
    private static readonly Option<string?> Positions = new("--positions") { Description = "Steered tokens (default: as the file says, else last)." };

    public static Command Create()
    {
        Site.AcceptOnlyFromAmong([.. SteeringSite.All.Select(site => site.Name)]);
        Positions.AcceptOnlyFromAmong("last", "all");
        var command = new Command("import", """
            Make a steering vector of a file that another program wrote. Nothing in the file is executed: of a pickle only
            tensors, numbers, texts, lists and dicts are read. What steers several blocks becomes one vector with an edit for each.

              pas vector import happy.gguf --model ./Llama-3.1-8B-Instruct --layer 15 --out happy.safetensors
              pas vector import bias_layer15.pt --model ./Llama-3.1-8B-Instruct --layer 15 --out bias.safetensors
            """) { File, Model, Adapter, Out, Layer, Site, Strength, Positions };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var strength = parsed.GetValue(Strength);
        TokenRule? rule = parsed.GetValue(Positions) is { } positions ? positions == "all" ? TokenRule.All : TokenRule.Last : null;
        var import = new SteeringImport(parsed.GetValue(Layer), parsed.GetValue(Site) is { } site ? SteeringSite.Parse(site, nameof(SteeringImport.Site)) : null, strength, rule);
        var (path, target) = (parsed.GetRequiredValue(File), parsed.GetRequiredValue(Out));
        var model = ModelOptions.Find(parsed, parsed.GetRequiredValue(Model));
        var (vector, unused) = import.Read(path, model, parsed.GetValue(Adapter), HubCache.NameOf(model).Split('/')[^1]);
        var output = parsed.InvocationConfiguration.Output;
        foreach (var part in Directory.Exists(target) ? Blocks(vector) : [vector])
        {
            var file = Directory.Exists(target) ? Path.Combine(target, Invariant($"{Path.GetFileNameWithoutExtension(path)}-{part.Edits[0].Layer}.safetensors")) : target;
            SafetensorsFormat.Write(file, part);
            var norm = part.OnlyEdit is { } only ? Invariant($", norm {only.Norm:0.####}") : "";
            output.WriteLine(Invariant($"{file}: {VectorWords.Edits(part)}, strength {part.Strength}, positions {VectorReport.InWords(part.TokenRule)}{norm}"));
        }

        foreach (var part in unused)
        {
            output.WriteLine($"not used: {part.Name}: {part.Reason}");
        }

        return 0;
    }

    private static IEnumerable<SteeringVector> Blocks(SteeringVector vector) => vector.Edits.GroupBy(edit => edit.Layer)
        .Select(block => new SteeringVector([.. block], vector.Strength, vector.TokenRule, vector.Provenance, vector.Condition));
}
