using System.Text.RegularExpressions;
using PainlessSteering.Engine.Adapters.Peft;
using PainlessSteering.Engine.Adapters.Peft.Kinds;
using PainlessSteering.Engine.Families;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// The trained factors by the modules of the checkpoint, as other programs know them. Maps that the checkpoint keeps in one weight
/// (Phi-3's <c>qkv_proj</c>) become one adapter of the same product: their A stand on each other, and each B among zeros where its
/// own rows and columns are.
/// </summary>
internal static class TrainedFactors
{
    /// <summary>The tensors of <c>adapter_model.safetensors</c>, in a dispose scope of the caller's.</summary>
    public static IReadOnlyDictionary<string, Tensor> Tensors(LoraModel lora)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var module in Modules(lora))
        {
            var maps = module.ToArray();
            var name = VisionLanguageNames.New(module.Key);
            tensors.Add(LinearLora.NameOfA(name), IsWhole(maps) ? maps[0].A : cat([.. maps.Select(map => map.A.detach())], 0));
            tensors.Add(LinearLora.NameOfB(name), IsWhole(maps) ? maps[0].B : Fused(maps));
        }

        return tensors;
    }

    /// <summary>What <c>adapter_config.json</c> says of them.</summary>
    public static LoraConfig Config(LoraModel lora)
    {
        var modules = Modules(lora).ToArray();
        var config = lora.Config;
        if (modules.Any(module => !IsWhole([.. module])))
        {
            config = config with
            {
                Targets = config.Targets with { Names = Names(lora, modules) },
                Scale = config.Scale with { RankPattern = Pattern(modules, config.Scale.Rank), AlphaPattern = Pattern(modules, config.Scale.Alpha) },
            };
        }

        // A model that also sees has modules of the same last names in the part that does.
        var names = modules.Select(module => VisionLanguageNames.New(module.Key)).ToArray();
        return names.Any(VisionLanguageNames.IsNew)
            ? config with { Targets = new ModuleTargets { Pattern = string.Join('|', names.Select(Regex.Escape)) } }
            : config;
    }

    private static IEnumerable<IGrouping<string, LoraLinear>> Modules(LoraModel lora) => lora.Linears.GroupBy(linear => linear.Stored.Name);

    /// <summary>The modules by their last names, where those mean no others.</summary>
    private static string[] Names(LoraModel lora, IReadOnlyCollection<IGrouping<string, LoraLinear>> modules)
    {
        var whole = modules.Select(module => module.Key).ToHashSet();
        string[] names = [.. whole.Select(Last).Distinct()];
        var targets = lora.Config.Targets with { Names = names };
        return lora.Model.Linears.Values.Select(linear => linear.Stored!.Name).Where(module => targets.Includes(module)).All(whole.Contains) ? names : [.. whole];
    }

    /// <summary>A value of each map for the modules that several are in, by their last names where they all agree.</summary>
    private static Dictionary<string, double> Pattern(IEnumerable<IGrouping<string, LoraLinear>> modules, double each)
    {
        var pattern = new Dictionary<string, double>();
        foreach (var alike in modules.GroupBy(module => Last(module.Key)).Where(alike => alike.Any(module => module.Count() > 1)))
        {
            if (alike.Select(module => module.Count()).Distinct().Count() == 1)
            {
                pattern.Add(alike.Key, each * alike.First().Count());
                continue;
            }

            foreach (var module in alike)
            {
                // Behind the first dot, because the patterns of PEFT's earlier versions need something before them.
                pattern.Add(Regex.Escape(module.Key[(module.Key.IndexOf('.', StringComparison.Ordinal) + 1)..]), each * module.Count());
            }
        }

        return pattern;
    }

    private static string Last(string module) => module[(module.LastIndexOf('.') + 1)..];

    private static bool IsWhole(LoraLinear[] maps) => maps is [var map] && map.Stored.Rows == map.B.shape[0];

    private static Tensor Fused(LoraLinear[] maps)
    {
        var rank = maps[0].B.shape[1];
        var whole = zeros([maps[0].Stored.Rows, maps.Length * rank], device: maps[0].B.device);
        for (var i = 0; i < maps.Length; i++)
        {
            whole.narrow(0, maps[i].Stored.FirstRow, maps[i].B.shape[0]).narrow(1, i * rank, rank).copy_(maps[i].B.detach());
        }

        return whole;
    }
}
