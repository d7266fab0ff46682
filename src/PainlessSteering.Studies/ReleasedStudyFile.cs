using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Studies;

/// <summary>
/// Reads a configuration file of the paper's released code as it is. Device and output folder are the command line's here, and
/// are read over; everything else keeps its meaning, under the paper's protocol.
/// </summary>
internal static class ReleasedStudyFile
{
    private const string Pairs = "handcrafted_prompt_pair";

    private static readonly string[] Keys =
    [
        "seed", "device", "output_dir", "quantization", "model_name", "max_sample_size", "n_train_proportion", "n_val_proportion", "n_test_proportion",
        "benchmarks", "layers_to_try", "steer_strengths", "methods", "steer_target", "icl_k", "catastrophic_test", "target_benchmark", "prompt_pairs",
    ];

    /// <summary>Keys that are not read, and why.</summary>
    private static readonly IReadOnlyDictionary<string, string> Unused = new Dictionary<string, string>
    {
        ["device"] = "the command line says where to compute",
        ["output_dir"] = "the command line says where results go",
    };

    /// <summary>Keys of both kinds of file.</summary>
    private static readonly string[] SharedKeys = ["methods", "prompt_pairs"];

    /// <summary>Whether the file speaks the released code's language: it has a key that only that code knows.</summary>
    public static bool IsOne(YamlPart root) => root.Keys().Any(key => Keys.Contains(key) && !SharedKeys.Contains(key));

    public static StudySpec Read(YamlPart root)
    {
        var entries = root.Entries(Keys);
        T Of<T>(string key, T missing, Func<YamlPart, T> read) => entries.TryGetValue(key, out var part) && !part.IsNull ? read(part) : missing;
        double Share(string key, double missing) => Of(key, missing, part => part.Number());
        var benchmarks = Of("benchmarks", [], Tasks);
        var forgets = Of("catastrophic_test", false, part => part.Flag());
        var targets = Of("target_benchmark", [], Tasks);
        if (benchmarks.Count == 0)
        {
            throw new PasException("the key 'benchmarks' is missing", root.File, "a list of tasks") { Code = ErrorCodes.BadSetting };
        }

        var methods = Of<IReadOnlyList<YamlPart>>("methods", [], part => part.Items());
        var usesPairs = methods.Any(method => method.Text() == Pairs);
        var idle = Unused.Concat(usesPairs ? [] : [KeyValuePair.Create("prompt_pairs", $"the method {Pairs} is not asked for")])
            .Concat(forgets ? [] : [KeyValuePair.Create("target_benchmark", "catastrophic_test is not true")]);
        return new StudySpec
        {
            Name = Path.GetFileNameWithoutExtension(root.File),
            Protocol = Protocol.Paper,
            Placebos = 0,
            Models = Of("model_name", [], part => part.Items().Select(item => new StudyModel(StudyFile.ModelName(item))).ToList()),
            Tasks = benchmarks,
            TestOn = !forgets ? [] : targets.Count > 0 ? targets : [new StudyTask("MMLU")],
            Sites = Of("steer_target", [SteeringSite.Residual], part => part.Items().Select(item => item.Parse(name => SteeringSite.Parse(name))).ToList()),
            Methods = methods.Count == 0 ? SteeringMethod.All : [.. methods.Where(method => method.Text() != Pairs).Select(method => method.Parse(name => SteeringMethod.Parse(name)))],
            PromptPairs = usesPairs ? Of("prompt_pairs", null, part => Path.GetFullPath(part.Text(), Path.GetDirectoryName(Path.GetFullPath(root.File))!)) : null,
            Seeds = Of("seed", [1], part => part.Ranges(least: 0)),
            Layers = Of<IReadOnlyList<int>?>("layers_to_try", null, part => part.Ranges(least: 0)),
            Strengths = Of("steer_strengths", Evaluation.FitOptions.PaperStrengths, part => [.. part.Items().Select(item => SteeringStrength.FromDouble(item.Number())).Distinct()]),
            Splits = [SplitSizes.Shares(Share("n_train_proportion", 0.6), Share("n_val_proportion", 0.2), Share("n_test_proportion", 0.2))],
            MaxItems = Of("max_sample_size", Split.DefaultMaxItems, part => part.Whole(1)),
            Icl = [Of("icl_k", 0, part => part.Whole(0))],
            DataType = Of("quantization", "none", part => part.Text()) == "none" ? "f32" : "bf16",
            Weights = Of("quantization", "full", part => part.OneOf("4bit", "8bit", "none") switch { "4bit" => "int4", "8bit" => "int8", _ => "full" }),
            SkipBadRows = true,
            Notes = [.. idle.Where(key => entries.ContainsKey(key.Key)).Select(key => $"{root.File}: the key '{key.Key}' is not used: {key.Value}")],
        };
    }

    private static IReadOnlyList<StudyTask> Tasks(YamlPart part) => [.. part.Items().Select(StudyFile.OfName)];
}
