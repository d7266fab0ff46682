using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What queries are multiplied by, the more the farther into a text they stand, so that their scores stay sharp among many keys:
/// 1 + rate ln(1 + floor((position + offset) / length)) (Llama 4, Ministral 3).
/// </summary>
/// <param name="Rate">How fast it grows.</param>
/// <param name="Length">Tokens after which it grows for the first time.</param>
internal sealed record PositionScale(double Rate, double Length)
{
    /// <summary>Added to each position.</summary>
    public int Offset { get; init; }

    /// <summary>As the settings of the rotation say it; null where they do not.</summary>
    public static PositionScale? Read(ConfigFile file)
    {
        const string Rate = "llama_4_scaling_beta";
        return RopeSettings.Section(file) is { } section && section.Has(Rate) && section.Signed(Rate) != 0
            ? new PositionScale(section.Number(Rate), LongRope.Holder(section, file, LongRope.OriginalContext).Int(LongRope.OriginalContext, file.Int("max_position_embeddings")))
            : null;
    }

    /// <summary>The factors of rows at the given positions, [rows, 1, 1].</summary>
    public Tensor Factors(int[] positions, ScalarType type, Device device) =>
        tensor([.. positions.Select(position => (float)(1 + (Rate * Math.Log(1 + Math.Floor((position + Offset) / Length)))))], [positions.Length, 1, 1], type, device);
}
