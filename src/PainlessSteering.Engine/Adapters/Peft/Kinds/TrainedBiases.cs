using PainlessSteering.Engine.Adapters.Changes;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>Biases that were trained with an adapter: all of the model's, or those of the adapted modules.</summary>
internal sealed class TrainedBiases : AdapterKind
{
    private const string Key = "bias", Under = ".base_layer.bias", Bias = ".bias", OfB = ".lora_B.bias";

    public override IReadOnlyList<string> Methods => ["LORA"];

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var which = folder.Config.Text(Key) ?? "none";
        if (which is not ("none" or "all" or "lora_only"))
        {
            throw folder.Config.Unsupported(Key, which, "none, all or lora_only");
        }

        if (which == "none")
        {
            yield break;
        }

        folder.Expect(tensor => tensor.EndsWith(Bias, StringComparison.Ordinal) && (which == "all" || folder.Targets.Includes(tensor[..^Bias.Length])));
        foreach (var module in folder.ModulesOf(Under))
        {
            yield return new ReplacedTensor(module + Bias, folder.Take(module + Under));
        }

        foreach (var name in folder.Names.Where(name => name.EndsWith(Bias, StringComparison.Ordinal) && !name.EndsWith(OfB, StringComparison.Ordinal) && (which == "all" || folder.Targets.Includes(name[..^Bias.Length]))))
        {
            yield return new ReplacedTensor(name, folder.Take(name));
        }
    }
}
