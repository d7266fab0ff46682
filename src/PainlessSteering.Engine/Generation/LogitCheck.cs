using System.Numerics;
using PainlessSteering.Engine.Editing;
using static System.FormattableString;

namespace PainlessSteering.Engine.Generation;

/// <summary>Refuses logits from which nothing can be chosen, and says which steering may have spoilt them.</summary>
internal static class LogitCheck
{
    /// <param name="logits">[vocabulary]</param>
    /// <param name="strongest">The strongest edit of the pass; null for none.</param>
    /// <exception cref="PasException">One is NaN or infinite, or steering left no difference between them.</exception>
    public static void EnsureUsable(ReadOnlySpan<float> logits, SteeringEdit? strongest)
    {
        if (!AreFinite(logits))
        {
            throw strongest is null || strongest.Strength == 0
                ? new PasException("the model's logits are not finite", remedy: "compute in float32, or check the model's files") { Code = ErrorCodes.NotFinite }
                : TooStrong("the steered model's logits are not finite", strongest, ErrorCodes.NotFinite);
        }

        if (strongest is { Strength: not 0 } && logits.IndexOfAnyExcept(logits[0]) < 0)
        {
            throw TooStrong("the steered model's logits are all the same", strongest, ErrorCodes.BadSetting);
        }
    }

    private static PasException TooStrong(string what, SteeringEdit edit, string code) => new(
        what, "steering strength", found: Invariant($"{edit.Strength} at {edit.Site} of layer {edit.Layer}"), remedy: "lower the strength")
    { Setting = nameof(SteeringEdit.Strength), Code = code };

    private static bool AreFinite(ReadOnlySpan<float> logits)
    {
        // x - x is NaN where x is NaN or infinite; only -infinity is told apart.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = Vector.Max(new Vector<float>(logits[i..]), new Vector<float>(float.MinValue));
            sum += values - values;
        }

        var rest = 0f;
        for (; i < logits.Length; i++)
        {
            var value = Math.Max(logits[i], float.MinValue);
            rest += value - value;
        }

        return Vector.Sum(sum) + rest == 0;
    }
}
