using PainlessSteering.Engine.Adapters.Changes;
using PainlessSteering.Engine.Adapters.Starts;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>LoRA on linear maps, with what goes with it: rsLoRA, DoRA, a bias of B, and starts that take something from the weight first.</summary>
internal sealed class LinearLora : AdapterKind
{
    private const string EndOfA = ".lora_A.weight", EndOfB = ".lora_B.weight";

    /// <summary>Last names of the modules of GPT-2's kind, whose weights are stored as [in, out].</summary>
    private static readonly string[] OfInputs = ["c_attn", "c_fc", "c_proj", "q_attn"];

    public override IReadOnlyList<string> Methods => ["LORA"];

    public override string Ending => EndOfA;

    /// <summary>Name in the file of a module's factor A.</summary>
    public static string NameOfA(string module) => PeftFolder.Prefix + module + EndOfA;

    /// <summary>Name in the file of a module's factor B.</summary>
    public static string NameOfB(string module) => PeftFolder.Prefix + module + EndOfB;

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var scale = LowRankScale.OfLora(folder.Config);
        bool withMagnitude = folder.Config.Flag("use_dora"), withBias = folder.Config.Flag("lora_bias"), transposed = folder.Config.Flag("fan_in_fan_out");
        var start = BaseStart.Of(folder.Config);
        foreach (var module in folder.ModulesOf(EndOfA, EndOfB))
        {
            if (transposed && !OfInputs.Any(name => ModuleNames.IsIn([name], module)))
            {
                throw folder.Config.Unsupported("fan_in_fan_out", "true", $"false: '{module}' is none of the modules {string.Join(", ", OfInputs)}, whose weights are stored as [in, out]");
            }

            var rank = scale.RankOf(module);
            var a = RankChecked(folder.Take(module + EndOfA), 0, rank, $"[{rank}, inputs]");
            var b = RankChecked(folder.Take(module + EndOfB), 1, rank, $"[outputs, {rank}]");
            yield return new LowRankChange(module, a, b, scale.Of(module))
            {
                Magnitude = withMagnitude ? Checked(folder.Take(module + ".lora_magnitude_vector"), [b.Shape[0]], $"[{b.Shape[0]}]") : null,
                Diagonal = start is KasaStart ? Checked(folder.Take(module + ".lora_diag"), [rank], $"[{rank}]") : null,
                Start = start,
                Transposed = transposed,
            };
            if (withBias)
            {
                yield return new AddedBias(module, Checked(folder.Take(module + ".lora_B.bias"), [b.Shape[0]], $"[{b.Shape[0]}]"), scale.Of(module));
            }
        }
    }

    /// <summary>Refuses a factor of another rank than the configuration's.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="dimension">The one that is the rank.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="words">The shape in words.</param>
    public static AdapterTensor RankChecked(AdapterTensor factor, int dimension, long rank, string words) => factor.Shape.Length == 2 && factor.Shape[dimension] == rank ? factor
        : throw new PasException("the factor has another rank than adapter_config.json says", factor.Place, words, $"[{string.Join(", ", factor.Shape)}]") { Code = ErrorCodes.FileDamaged };
}
