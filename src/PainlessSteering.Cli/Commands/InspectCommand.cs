using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;
using Spectre.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas inspect</c>: what a steering vector is, how it did, and which tokens it points to.</summary>
internal static class InspectCommand
{
    private const int ShownTokens = 15;

    private static readonly Argument<string> File = new("vector") { Description = "Steering vector that pas fit wrote (.safetensors)." };
    private static readonly Option<string?> Model = new("--model") { HelpName = "folder or name", Description = "The vector's model: shows the tokens that the vector promotes and suppresses most." };
    private static readonly Option<string?> Adapter = ModelOptions.Adapter();
    private static readonly Option<bool> Force = CommonOptions.Force();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("inspect", """
            Show what a steering vector is: where it comes from, where it is added, how it did on validation and test.

            With its model, also the tokens that it promotes and suppresses most: the LM head times (weight of the final norm *
            vector), as if the vector were added to the residual stream just before the output. The numbers have no unit; only
            their order and signs mean something, and the less so, the more blocks lie in between.

              pas inspect quiz.safetensors --model ./Llama-3.1-8B-Instruct
            """) { File, Model, Adapter, Force, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(File);
        var vector = SafetensorsFormat.Read(path);
        using var source = parsed.GetValue(Model) is { } model ? ModelOptions.Open(parsed, model) : null;
        var tokens = source is null ? null : Tokens(vector, source, parsed.GetValue(Adapter), parsed.GetValue(Force));
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, Document(vector, path, tokens, source));
        }
        else
        {
            Show(Screen.On(output), vector, path, tokens);
            if (source is not null)
            {
                Screen.On(output).WriteUnused(source);
            }
        }

        return 0;
    }

    private static IReadOnlyList<PointedTokens> Tokens(SteeringVector vector, IModelSource source, string? adapter, bool force)
    {
        var tokenizer = source.Tokenizer;
        using var lens = LogitLens.Load(source, adapter);
        vector.EnsureFits(lens.Fingerprint, lens.Config.HiddenSize, lens.Config.Layers, force);
        return [.. vector.Edits.Select(edit =>
        {
            var tokens = lens.Read(edit.Values).Select((logit, id) => (logit, id))
                .Where(token => tokenizer.Contains(token.id))
                .Select(token => new PointedToken(token.id, tokenizer.Piece(token.id), token.logit))
                .OrderByDescending(token => token.Logit).ToList();
            return new PointedTokens(edit, [.. tokens.Take(ShownTokens)], [.. Enumerable.Reverse(tokens).Take(ShownTokens)]);
        })];
    }

    private static object Document(SteeringVector vector, string path, IReadOnlyList<PointedTokens>? tokens, IModelSource? model) => new
    {
        File = path,
        Site = vector.OnlyEdit?.Site.Name,
        vector.OnlyEdit?.Layer,
        vector.Strength,
        Edits = vector.Edits.Select(EditSummary.Of),
        Positions = VectorReport.InWords(vector.TokenRule),
        vector.HiddenSize,
        vector.OnlyEdit?.Norm,
        vector.Provenance,
        Promoted = vector.OnlyEdit is null ? null : tokens?[0].Promoted,
        Suppressed = vector.OnlyEdit is null ? null : tokens?[0].Suppressed,
        Tokens = vector.OnlyEdit is null ? tokens?.Select(of => new { of.Promoted, of.Suppressed }) : null, // For each edit.
        ModelUnused = model is null ? null : JsonOutput.Unused(model.Unused),
    };

    private static void Show(IAnsiConsole console, SteeringVector vector, string path, IReadOnlyList<PointedTokens>? tokens)
    {
        VectorReport.Write(console, vector, path);
        foreach (var pointed in tokens ?? [])
        {
            if (vector.OnlyEdit is null)
            {
                console.WriteText(VectorWords.Of(pointed.Edit));
            }

            var table = Screen.Table("promotes", "logit", "suppresses", "logit");
            foreach (var (up, down) in pointed.Promoted.Zip(pointed.Suppressed))
            {
                table.AddTexts(Shown(up), Invariant($"{up.Logit:0.00}"), Shown(down), Invariant($"{down.Logit:0.00}"));
            }

            console.Write(table);
        }

        if (FitArtifact.Result(vector) is { } result)
        {
            FitReport.Write(console, result);
            GridHeatMap.Write(console, GridFigure.Of(result, $"{vector.Provenance!.Model}, {vector.Provenance.Data}"));
        }
    }

    private static string Shown(PointedToken token) => token.Token.Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>The tokens at both ends of the lens, the furthest first.</summary>
    private sealed record PointedTokens(SteeringEdit Edit, IReadOnlyList<PointedToken> Promoted, IReadOnlyList<PointedToken> Suppressed);

    private sealed record PointedToken(int Id, string Token, float Logit);
}
