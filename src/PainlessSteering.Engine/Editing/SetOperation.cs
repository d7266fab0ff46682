namespace PainlessSteering.Engine.Editing;

/// <summary>x becomes x + s (t - u.x) u: with s = 1 its length along the direction is the target t.</summary>
internal sealed class SetOperation : AlongOperation
{
    private SetOperation()
        : base("set", hasTarget: true)
    {
    }

    public static SetOperation Instance { get; } = new();
}
