using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation.Caching;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Evaluation;

/// <summary>What the training items give: predictions, activations, and per method the rows that it contrasts.</summary>
/// <param name="Predictions">Of the unsteered model.</param>
/// <param name="Activations">Of every distinct prompt that a method asks for.</param>
/// <param name="Contrasts">Per method, rows of <paramref name="Activations"/>.</param>
internal sealed record TrainingRecord(int[] Predictions, RecordedActivations Activations, IReadOnlyList<(string Method, Contrast Contrast)> Contrasts)
{
    /// <summary>Runs the training prompts once, and each further prompt once, whatever the number of methods, sites and layers.</summary>
    public static TrainingRecord Make(
        CausalLM model, PromptRunner runner, ISweep sweep, ChoiceSet train, ChoiceEncoder encoder, FitOptions options, Stages stages)
    {
        var cached = options.Cache is { } cache && !options.Naive && options.Scorer == Scorer.Letter ? new CachedRecorder(model, options.Engine, cache) : null;
        var points = options.Sites.Union(cached is null ? [] : options.Cache!.Sites).SelectMany(site => options.Layers.Select(layer => site.ReadAt(layer, options.SamePoint)))
            .Concat(options.NeedsNorms ? options.Sites.SelectMany(site => options.Layers.Select(site.WrittenAt)) : []).Distinct().ToList();

        // The released code makes vectors from prompts without the exemplars that will stand before them.
        PresentedItem Recorded(PresentedItem item) => options.Protocol == Protocol.Paper ? item with { Prefix = "" } : item;
        var foreseen = cached is null && !options.Naive ? ForeseenPrompts.Of(train, options.Methods, Recorded, encoder) : [];
        List<ChoicePrompt> prompts = [.. train.Prompts, .. foreseen.Select(one => ChoicePrompt.Unanswered(one.Tokens))];
        using var ofItems = new RecordedActivations(points, prompts.Count, model.Config.HiddenSize);
        runner.Hold(ofItems.Bytes);
        var predictions = stages.Run("predict", prompts.Count, done =>
            cached?.Run(prompts, ofItems, done, stages.Cancellation) ?? sweep.Run(prompts, [], ofItems, done, stages.Cancellation)).Predictions(null)[..train.Items.Count];

        var answered = train.Items.Zip(predictions, (item, prediction) => new AnsweredItem(Recorded(item), prediction)).ToList();
        var sides = options.Methods.Select(method => (method.Name, Sides: method.Part(answered))).ToList();
        if (options.PromptPairs is { } pairs)
        {
            sides.Add((PromptPairsMethod.Name, PromptPairsMethod.Part(pairs)));
        }

        if (options.Protocol == Protocol.Paper && sides.Find(side => side.Sides.IsOneSided) is { Sides: not null } oneSided)
        {
            throw new PasException(
                $"method {oneSided.Name} has no vector", null, "training items answered right and wrong", $"accuracy {Accuracy.Of(predictions, train.Right):0.###} on training",
                $"use {SettingName.Of(nameof(FitOptions.Protocol))} sound, which then reports the unsteered model")
            { Code = ErrorCodes.BadData };
        }

        var rowOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, row) in train.Prompts.Select(prompt => prompt.Text).Concat(foreseen.Select(one => one.Text)).Select((text, row) => (text, row)))
        {
            rowOf.TryAdd(text, row);
        }

        var further = sides.SelectMany(side => side.Sides.Positive.Concat(side.Sides.Negative)).Where(text => !rowOf.ContainsKey(text)).Distinct(StringComparer.Ordinal).ToList();
        var tokens = further.Select(text => encoder.Encode(text)).ToList();
        using var ofFurther = new RecordedActivations(points, tokens.Count, model.Config.HiddenSize);
        stages.Run("record", tokens.Count, done =>
        {
            if (cached is null)
            {
                ActivationRecorder.Record(runner, model, tokens, ofFurther, done, stages.Cancellation);
            }
            else
            {
                cached.Run([.. tokens.Select(prompt => ChoicePrompt.Unanswered(prompt))], ofFurther, done, stages.Cancellation);
            }
        });
        for (var i = 0; i < further.Count; i++)
        {
            rowOf.Add(further[i], prompts.Count + i);
        }

        var contrasts = sides.Select(side => (side.Name, new Contrast(
            [.. side.Sides.Positive.Select(text => rowOf[text])],
            [.. side.Sides.Negative.Select(text => rowOf[text])]))).ToList();
        return new TrainingRecord(predictions, RecordedActivations.Join(ofItems, ofFurther), contrasts);
    }
}
