using PainlessSteering.Engine.Adapters.Changes;
using PainlessSteering.Engine.Adapters.Starts;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>
/// LoRA on the weights of all experts of a layer, which <c>target_parameters</c> names. Where both are adapted, the adapter of the module's first parameter
/// stands a level deeper than that of the second, in whatever order they are named.
/// </summary>
internal sealed class ExpertLora : AdapterKind
{
    private const string Key = "target_parameters", EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight", Deeper = ".base_layer";

    /// <summary>Parameters of a module of experts in its own order, and what checkpoints that keep each expert by itself call their parts.</summary>
    private static readonly (string Name, string[] Parts)[] Parameters = [("gate_up_proj", ["gate_proj", "up_proj"]), ("down_proj", ["down_proj"])];

    public override IReadOnlyList<string> Methods => ["LORA"];

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        if (!folder.Config.HasContent(Key))
        {
            yield break;
        }

        var names = folder.Config.Texts(Key)!;
        var other = names.FirstOrDefault(name => !Parameters.Any(parameter => IsExperts(name, parameter.Name)));
        var plain = new[] { "use_dora", "lora_bias", "fan_in_fan_out" }.FirstOrDefault(key => folder.Config.Flag(key));
        if (other is not null || plain is not null || BaseStart.Of(folder.Config) is not null)
        {
            throw folder.Config.Unsupported(Key, other ?? string.Join(", ", names), "gate_up_proj and down_proj of experts, with plain LoRA");
        }

        var scale = LowRankScale.OfLora(folder.Config);
        folder.Expect(tensor => ModuleNames.IsIn([.. names], tensor) || Parameters.Any(parameter => names.Any(name => IsPart(tensor, name, parameter.Name, parameter.Parts))));
        foreach (var module in folder.ModulesOf(EndOfA, EndOfB).Select(name => name.EndsWith(Deeper, StringComparison.Ordinal) ? name[..^Deeper.Length] : name).Where(name => name.EndsWith(".experts", StringComparison.Ordinal)).Distinct())
        {
            var adapted = Parameters.Where(parameter => ModuleNames.IsIn([.. names], $"{module}.{parameter.Name}")).ToArray();
            for (var i = 0; i < adapted.Length; i++)
            {
                var (target, level) = ($"{module}.{adapted[i].Name}", module + (i < adapted.Length - 1 ? Deeper : ""));
                AdapterTensor a = folder.Take(level + EndOfA), b = folder.Take(level + EndOfB);
                var rank = scale.RankOf(target);
                var experts = a.Shape.Length == 2 ? a.Shape[0] / rank : 0;
                Checked(a, [experts * rank, -1], $"[experts x {rank}, inputs]");
                Checked(b, [-1, experts * rank], $"[outputs, {experts} x {rank}]");
                yield return new ExpertChange(target, a, b, rank, scale.Of(target), adapted[i].Parts);
            }
        }
    }

    /// <summary>Whether a tensor is an expert's part of a parameter, as <c>experts.3.up_proj.weight</c> is of <c>experts.gate_up_proj</c>.</summary>
    private static bool IsPart(string tensor, string name, string parameter, string[] parts) => tensor.Split('.') is [.. var list, _, var part, "weight"]
        && parts.Contains(part) && IsExperts(name, parameter) && ModuleNames.IsIn([name], $"{string.Join('.', list)}.{parameter}");

    private static bool IsExperts(string name, string parameter) => ModuleNames.IsIn([$"experts.{parameter}"], name);
}
