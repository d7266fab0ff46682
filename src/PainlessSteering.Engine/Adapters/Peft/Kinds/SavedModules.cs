using PainlessSteering.Engine.Adapters.Changes;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>Modules that were trained whole, which <c>modules_to_save</c> names: the file has their tensors by the model's own names.</summary>
internal sealed class SavedModules : AdapterKind
{
    private const string Key = "modules_to_save";

    public override IReadOnlyList<string> Methods => ["LORA", "IA3", "LOHA", "LOKR"];

    /// <summary>Whether a tensor of a model is one of a module that is saved. Names mean every module that ends in them: <c>norm</c> is <c>input_layernorm</c> too.</summary>
    public static bool Includes(ConfigFile config, string tensor)
    {
        var names = config.Texts(Key) ?? [];
        return names.Count > 0 && Modules(tensor).Any(module => names.Any(name => module.EndsWith(name, StringComparison.Ordinal)));
    }

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        if (folder.Config.HasContent(Key))
        {
            folder.Expect(tensor => Includes(folder.Config, tensor));
            foreach (var name in folder.Config.Texts(Key)!.Where(name => !folder.Names.Any(tensor => Modules(tensor).Any(module => module.EndsWith(name, StringComparison.Ordinal)))))
            {
                folder.Take(name + ".weight"); // It says what is missing.
            }

            foreach (var name in folder.Names.Where(name => Includes(folder.Config, name)))
            {
                yield return new ReplacedTensor(name, folder.Take(name));
            }
        }
    }

    /// <summary>The module that a tensor is of, and those around it.</summary>
    private static IEnumerable<string> Modules(string tensor)
    {
        for (var end = tensor.LastIndexOf('.'); end > 0; end = tensor.LastIndexOf('.', end - 1))
        {
            yield return tensor[..end];
        }
    }
}
