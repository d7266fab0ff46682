using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Steering;
using PainlessSteering.Steering.Formats;
using PainlessSteering.Text;
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
        var tokens = parsed.GetValue(Model) is { } folder ? Tokens(vector, ModelOptions.Find(folder), parsed.GetValue(Adapter), parsed.GetValue(Force)) : null;
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, Document(vector, path, tokens));
        }
        else
        {
            Show(Screen.On(output), vector, path, tokens);
        }

        return 0;
    }

    private static PointedTokens Tokens(SteeringVector vector, string folder, string? adapter, bool force)
    {
        var tokenizer = Tokenizer.Load(folder);
        using var lens = LogitLens.Load(folder, adapter);
        vector.EnsureFits(lens.Fingerprint, lens.Config.HiddenSize, lens.Config.Layers, force);
        var tokens = lens.Read(vector.Values).Select((logit, id) => (logit, id))
            .Where(token => tokenizer.Contains(token.id))
            .Select(token => new PointedToken(token.id, tokenizer.Piece(token.id), token.logit))
            .OrderByDescending(token => token.Logit).ToList();
        return new PointedTokens([.. tokens.Take(ShownTokens)], [.. Enumerable.Reverse(tokens).Take(ShownTokens)]);
    }

    private static object Document(SteeringVector vector, string path, PointedTokens? tokens) => new
    {
        File = path,
        Site = vector.Site.Name,
        vector.Layer,
        vector.Strength,
        Positions = VectorReport.InWords(vector.TokenRule),
        HiddenSize = vector.Values.Length,
        Norm = VectorReport.Norm(vector),
        vector.Provenance,
        tokens?.Promoted,
        tokens?.Suppressed,
    };

    private static void Show(IAnsiConsole console, SteeringVector vector, string path, PointedTokens? tokens)
    {
        VectorReport.Write(console, vector, path);
        if (tokens is not null)
        {
            var table = Screen.Table("promotes", "logit", "suppresses", "logit");
            foreach (var (up, down) in tokens.Promoted.Zip(tokens.Suppressed))
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
    private sealed record PointedTokens(IReadOnlyList<PointedToken> Promoted, IReadOnlyList<PointedToken> Suppressed);

    private sealed record PointedToken(int Id, string Token, float Logit);
}
