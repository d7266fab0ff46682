using System.CommandLine;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options that say what a fit searches, by which rules.</summary>
internal static class GridOptions
{
    private static readonly Option<string?> Methods = new("--methods") { HelpName = "list", Description = "Of PASf, iPASa, iPASwo (default: all)." };
    private static readonly Option<string?> Pairs = new("--prompt-pairs") { HelpName = "file", Description = "Hand-written prompt pairs (columns positive, negative), tried as one more method." };
    private static readonly Option<string> Sites = new("--sites") { HelpName = "list", Description = "Of residual, self_attn, post_attn, mlp.", DefaultValueFactory = _ => "residual" };
    private static readonly Option<string?> Layers = new("--layers") { HelpName = "list", Description = "Such as 0-4 or 8,11,13 (default: the paper's ten scaled to the model; all of a model of at most twelve)." };
    private static readonly Option<string?> Strengths = new("--strengths") { HelpName = "list", Description = "Factors such as 0.25,1,4, percentages of how long activations are such as 2%,10%, or both (default: the paper's fourteen factors, 0.25 to 32)." };
    private static readonly Option<int> Icl = new("--icl") { HelpName = "k", Description = "Solved items before every prompt (in-context learning): so many of those answered wrong without, as many as fit." };
    private static readonly Option<int> Placebos = new("--placebos") { Description = "Placebos with shuffled labels; up to five random directions stand beside them. Fewer than 19 cannot show that steering helps.", DefaultValueFactory = _ => FitOptions.DefaultPlacebos };
    private static readonly Option<bool?> SamePoint = new("--same-point") { Description = "Record the residual site where the vector is added (default: true for sound, false for paper)." };
    private static readonly Option<string?> By = CommonOptions.Scorer("letter");
    private static readonly Option<bool> Naive = new("--naive") { Description = "One forward pass for every cell, as the released code does: slow, for comparison." };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        SplitOptions.AddTo(command);
        foreach (var option in new Option[] { Methods, Pairs, Sites, Layers, Strengths, Icl, Placebos, SamePoint, By, Naive })
        {
            command.Add(option);
        }
    }

    /// <summary>The options of a fit of this model, checked against it.</summary>
    public static FitOptions Of(ParseResult parsed, ModelConfig model)
    {
        var options = new FitOptions
        {
            Protocol = SplitOptions.Protocol(parsed),
            Seed = SplitOptions.Seed(parsed),
            Methods = ListValues.Parts(parsed.GetValue(Methods)) is { } methods ? [.. methods.Select(name => SteeringMethod.Parse(name, nameof(FitOptions.Methods))).Distinct()] : SteeringMethod.All,
            PromptPairs = parsed.GetValue(Pairs) is { } pairs ? PromptPair.Load(pairs) : null,
            Sites = [.. ListValues.Parts(parsed.GetValue(Sites))!.Select(name => SteeringSite.Parse(name, nameof(FitOptions.Sites))).Distinct()],
            Layers = ListValues.Parts(parsed.GetValue(Layers)) is { } layers ? [.. layers.SelectMany(text => ListValues.Range(text, Layers.Name)).Distinct()] : FitOptions.DefaultLayers(model),
            Strengths = ListValues.Strengths(parsed.GetValue(Strengths), Strengths.Name) is { } strengths ? [.. strengths.Distinct()] : FitOptions.PaperStrengths,
            Split = SplitOptions.Sizes(parsed),
            MaxItems = SplitOptions.MaxItems(parsed),
            Icl = CommonOptions.AtLeast(0, Icl, parsed),
            Placebos = CommonOptions.AtLeast(0, Placebos, parsed),
            Scorer = Scorer.Parse(parsed.GetValue(By) ?? Scorer.Letter.Name),
            Naive = parsed.GetValue(Naive),
            SkipLongPrompts = DataOptions.SkipsBadRows(parsed),
            Engine = ModelOptions.Engine(parsed),
        };
        options = parsed.GetValue(SamePoint) is { } samePoint ? options with { SamePoint = samePoint } : options;
        options.EnsureFits(model);
        return options;
    }
}
