using System.Text.Json.Serialization;

namespace PainlessSteering.Statistics;

/// <summary>What selection on the validation split handed to the test.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SelectionOutcome>))]
public enum SelectionOutcome
{
    /// <summary>A vector, layer and strength: the steered predictions are its own.</summary>
    [JsonStringEnumMemberName("steer")] Steer,

    /// <summary>Strength 0 won: the steered predictions are the unsteered ones.</summary>
    [JsonStringEnumMemberName("do not steer")] DoNotSteer,

    /// <summary>No right (or no wrong) training item, so no vector: the steered predictions are the unsteered ones.</summary>
    [JsonStringEnumMemberName("vector undefined")] VectorUndefined,
}

/// <summary>One run on the untouched test split, as plain data. Positions are those of the choices as presented; 0 is A.</summary>
public sealed record TestRun
{
    /// <summary>The right position of each item.</summary>
    public required IReadOnlyList<int> Answers { get; init; }

    /// <summary>The position that the unsteered model predicts for each item.</summary>
    public required IReadOnlyList<int> Unsteered { get; init; }

    /// <summary>The position that the steered model predicts for each item.</summary>
    public required IReadOnlyList<int> Steered { get; init; }

    /// <summary>Number of letters, or positions, in play: the most choices that an item has.</summary>
    public required int Letters { get; init; }

    /// <summary>Ways to answer without reading the question that a gain must be more than; null where letters answer, which are such ways.</summary>
    public IReadOnlyList<Shortcut>? Shortcuts { get; init; }

    /// <summary>What validation chose.</summary>
    public SelectionOutcome Selection { get; init; } = SelectionOutcome.Steer;

    /// <summary>The placebos of this run.</summary>
    public IReadOnlyList<Placebo> Placebos { get; init; } = [];

    /// <summary>The chance of a false alarm that the verdict may take.</summary>
    public double Alpha { get; init; } = 0.05;

    internal void Check()
    {
        if (Answers.Count == 0 || Unsteered.Count != Answers.Count || Steered.Count != Answers.Count)
        {
            throw new ArgumentException($"{Answers.Count} answers, {Unsteered.Count} unsteered and {Steered.Count} steered predictions: one of each an item");
        }

        if (Answers.Concat(Unsteered).Concat(Steered).Any(position => position < 0 || position >= Letters))
        {
            throw new ArgumentException($"a position lies outside 0 to {Letters - 1}");
        }

        if (Selection != SelectionOutcome.Steer && !Steered.SequenceEqual(Unsteered))
        {
            throw new ArgumentException("nothing was steered, yet the steered predictions differ from the unsteered ones");
        }
    }
}
