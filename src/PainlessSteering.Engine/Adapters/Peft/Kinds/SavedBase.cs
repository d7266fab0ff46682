using PainlessSteering.Engine.Adapters.Changes;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>
/// The base's own tensors, which PEFT puts into the file when it thinks that they changed: those under an adapter, and the embedding and head of a vocabulary
/// that was resized. A head that is the embedding is the same tensor.
/// </summary>
internal sealed class SavedBase : AdapterKind
{
    private const string Under = ".base_layer.weight", Weight = ".weight";

    /// <summary>PEFT's names of the embedding and the head.</summary>
    private static readonly string[] Ends = ["embed_tokens", "lm_head"];

    public override IReadOnlyList<string> Methods => ["LORA", "IA3", "LOHA", "LOKR"];

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        foreach (var module in folder.ModulesOf(Under))
        {
            yield return new ReplacedTensor(module + Weight, folder.Take(module + Under), tiedHeadFollows: true);
        }

        foreach (var module in folder.ModulesOf(Weight).Where(module => ModuleNames.IsIn(Ends, module) && !SavedModules.Includes(folder.Config, module + Weight)))
        {
            yield return new ReplacedTensor(module + Weight, folder.Take(module + Weight), tiedHeadFollows: true);
        }
    }
}
