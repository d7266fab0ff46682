using PainlessSteering.Engine.Editing;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors;
using Spectre.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary>What a steering vector is, in words and as a table.</summary>
internal static class VectorReport
{
    /// <summary>Method, place and strength.</summary>
    public static string InWords(SteeringVector vector, double strength) =>
        Invariant($"{vector.Provenance?.Method ?? "vector"} {(vector.OnlyEdit?.Operation == SteeringOperation.Add ? "at" : "by")} {VectorWords.Edits(vector)}, strength {strength}");

    /// <summary>The rule as options and files spell it.</summary>
    public static string InWords(TokenRule rule) => rule == TokenRule.All ? "all" : "last";

    /// <summary>On which prompts a vector acts.</summary>
    public static string InWords(SteeringCondition condition)
    {
        var tested = condition.Accuracy is { } accuracy ? Invariant($"; balanced accuracy {100 * accuracy:0.#}% on prompts kept for the test") : "";
        return Invariant($"where the prompt projects beyond {condition.Threshold:0.####} at {condition.Site} of layer {condition.Layer}{tested}");
    }

    public static void Write(IAnsiConsole console, SteeringVector vector, string path)
    {
        var table = Screen.Table("steering vector", path);
        WriteEdits(table, vector);
        table.AddTexts("strength", vector.Strength == 0 ? "0: validation chose not to steer" : Words.Number(vector.Strength));
        table.AddTexts("positions", vector.TokenRule == TokenRule.All ? "all tokens" : "the prompt's last token, then each new one");
        if (vector.Condition is { } condition)
        {
            table.AddTexts("acts", InWords(condition));
        }

        table.AddTexts("size", Invariant($"{vector.HiddenSize} numbers{(vector.OnlyEdit is { } only ? Invariant($", norm {only.Norm:0.####}") : "")}"));
        if (vector.Provenance is { } from)
        {
            table.AddTexts("model", $"{from.Model}, weights {from.WeightsFingerprint}");
            table.AddTexts("method", Invariant($"{from.Method}, protocol {from.Protocol}, seed {from.Seed}"));
            table.AddTexts("data", $"{from.Data}, items {from.DataFingerprint}");
            table.AddTexts("split", Invariant($"{from.TrainSize} training, {from.ValidationSize} validation, {from.TestSize} test items"));
        }

        console.Write(table);
    }

    private static void WriteEdits(Table table, SteeringVector vector)
    {
        if (vector.OnlyEdit is { } only && only.Operation == SteeringOperation.Add)
        {
            table.AddTexts("site, layer", Invariant($"{only.Site}, {only.Layer}"));
            return;
        }

        foreach (var edit in vector.Edits)
        {
            var target = edit.Target is { } number ? Invariant($", target {number:0.####}") : "";
            table.AddTexts("edit", Invariant($"{edit.Operation} at {edit.Site} of layer {edit.Layer}, strength {edit.Strength:0.####}{target}, norm {edit.Norm:0.####}"));
        }
    }
}
