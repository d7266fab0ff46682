namespace PainlessSteering;

/// <summary>The moments between two changes of the disk. A test ends the process at one of them, as a power cut could; nothing else ever sets it.</summary>
internal static class FaultPoint
{
    /// <summary>Told the name of each step before it is taken.</summary>
    public static Action<string>? Reached { get; set; }

    /// <summary>Says that a step comes now.</summary>
    /// <param name="step">Such as <c>rename</c>.</param>
    public static void At(string step) => Reached?.Invoke(step);
}
