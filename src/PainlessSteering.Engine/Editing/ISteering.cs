namespace PainlessSteering.Engine.Editing;

/// <summary>What steers a generation.</summary>
public interface ISteering
{
    /// <summary>What is done to the activations. Edits at one place act in this order.</summary>
    IReadOnlyList<SteeringEdit> Edits { get; }

    /// <summary>The tokens that are steered.</summary>
    TokenRule TokenRule { get; }

    /// <summary>On which prompts the edits act; null for all.</summary>
    SteeringCondition? Condition { get; }
}
