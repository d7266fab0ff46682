using PainlessSteering.Engine.Adapters.Changes;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>(IA)³ (Liu et al., 2022): factors [out, 1] of a module's outputs, its bias included; in feed-forward parts factors [1, in] of its inputs.</summary>
internal sealed class Ia3 : AdapterKind
{
    private const string End = ".ia3_l";

    public override IReadOnlyList<string> Methods => ["IA3"];

    public override string Ending => End;

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        if (folder.Config.Flag("fan_in_fan_out"))
        {
            throw folder.Config.Unsupported("fan_in_fan_out", "true", "false");
        }

        foreach (var module in folder.ModulesOf(End))
        {
            var factors = folder.Take(module + End);
            var ofInputs = factors.Shape is [1, _];
            Checked(factors, ofInputs ? [1, -1] : [-1, 1], "[outputs, 1] or [1, inputs]");
            yield return new ScaledTensor(module + ".weight", factors, factors.Shape);
            if (!ofInputs)
            {
                yield return new ScaledTensor(module + ".bias", factors, [factors.Shape[0]], Absence.Skipped);
            }
        }
    }
}
