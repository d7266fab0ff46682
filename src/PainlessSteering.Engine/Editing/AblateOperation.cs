namespace PainlessSteering.Engine.Editing;

/// <summary>x becomes x - s (u.x) u: with s = 1 nothing is left along the direction, with s = 2 it is mirrored.</summary>
internal sealed class AblateOperation : AlongOperation
{
    private AblateOperation()
        : base("ablate", hasTarget: false)
    {
    }

    public static AblateOperation Instance { get; } = new();
}
