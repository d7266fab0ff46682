using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Studies;

namespace PainlessSteering.Tests.Studies;

/// <summary>Study files: ours, the released code's, and what is wrong with them.</summary>
public sealed class StudyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OursWithEveryKey()
    {
        Directory.CreateDirectory(_folder.File("tiny"));
        var spec = Load("""
            name: everything
            description: All keys.
            protocol: paper
            models: [meta-llama/Llama-3.1-8B-Instruct, {model: tiny, adapter: runs/sft, label: tuned}]
            tasks: [Age, quiz.csv, {name: odd, data: odd.jsonl.gz, category: Morality, question: q, choices: [a, b], answer: c, group: none}]
            test_on: MMLU
            sites: [residual, post_attn]
            methods: [iPASwo, BAS_full_mcq]
            prompt_pairs: pairs.csv
            seeds: [1-3, 9]
            layers: 8, 11-12
            strengths: [0.5, 1, 1.0, 10%]
            splits: [[12, 4, 800], [0.6, 0.2, 0.2]]
            max_items: 100
            icl: [0, 10]
            placebos: 2
            alpha: 0.01
            skip_bad_rows: yes
            dtype: bf16
            weights: int4
            """);
        Assert.Equal(("everything", "All keys.", Protocol.Paper), (spec.Name, spec.Description, spec.Protocol));
        Assert.Equal([new StudyModel("meta-llama/Llama-3.1-8B-Instruct"), new StudyModel(_folder.File("tiny"), _folder.File("runs/sft"), "tuned")], spec.Models);
        Assert.Equal(["Llama-3.1-8B-Instruct", "tuned"], spec.Models.Select(model => model.Title));
        Assert.Equal([("Age", null), ("quiz", _folder.File("quiz.csv")), ("odd", _folder.File("odd.jsonl.gz"))], spec.Tasks.Select(task => (task.Name, task.Files?[0])));
        Assert.Equal("Morality", spec.Tasks[2].Category);
        Assert.Equal(("q", "none"), (spec.Tasks[2].Columns!.Question, spec.Tasks[2].Columns!.Group));
        Assert.Equal(["a", "b"], spec.Tasks[2].Columns!.Choices!);
        Assert.Equal("MMLU", Assert.Single(spec.TestOn).Name);
        Assert.Equal([SteeringSite.Residual, SteeringSite.PostAttentionLayerNorm], spec.Sites);
        Assert.Equal(["iPASwo", "PASf"], spec.Methods.Select(method => method.Name));
        Assert.Equal(_folder.File("pairs.csv"), spec.PromptPairs);
        Assert.Equal([1, 2, 3, 9], spec.Seeds);
        Assert.Equal([8, 11, 12], spec.Layers!);
        Assert.Equal(["0.5", "1", "10%"], spec.Strengths.Select(strength => strength.ToString()));
        Assert.Equal([SplitSizes.Counts(12, 4, 800), SplitSizes.Shares(0.6, 0.2, 0.2)], spec.Splits);
        Assert.Equal((100, 2, 0.01, true), (spec.MaxItems, spec.Placebos, spec.Alpha, spec.SkipBadRows));
        Assert.Equal([0, 10], spec.Icl);
        Assert.Equal(("bf16", "int4"), (spec.DataType, spec.Weights));
    }

    [Theory]
    [InlineData("1", 19)]
    [InlineData("1-2", 10)]
    [InlineData("1-15", 5)]
    public void SeedsShareThePlacebosThatAVerdictTakes(string seeds, int placebos) =>
        Assert.Equal(placebos, Load($"tasks: quiz.csv\nseeds: {seeds}").Placebos);

    [Fact]
    public void WhatIsLeftOutIsTheSoundDefault()
    {
        var spec = Load("tasks: quiz.csv");
        Assert.Equal(("study", Protocol.Sound, 19, 4000), (spec.Name, spec.Protocol, spec.Placebos, spec.MaxItems));
        Assert.Empty(spec.Models);
        Assert.Equal([1], spec.Seeds);
        Assert.Null(spec.Layers);
        Assert.Equal(14, spec.Strengths.Count);
        Assert.Equal(3, spec.Methods.Count);
    }

    [Fact]
    public void AFileBuildsOnAnother()
    {
        _folder.Write("whole.yaml", "models: [big/model]\ntasks: [Age]\nseeds: 1-15\nstrengths: [1, 2]");
        var spec = Load("base: whole.yaml\nmodels: []\ntasks: [quiz.csv]");
        Assert.Equal(("study", 15), (spec.Name, spec.Seeds.Count));
        Assert.Equal([1, 2], spec.Strengths);
        Assert.Empty(spec.Models);
        Assert.Equal("quiz", Assert.Single(spec.Tasks).Name);
        Assert.Contains("its own base", Error("base: study.yaml\ntasks: a"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheReleasedCodesFileIsReadAsItIs()
    {
        var spec = Load("""
            seed: 7
            device: cuda:0
            output_dir: ./results
            quantization: 8bit
            model_name: NousResearch/Nous-Hermes-2-Mistral-7B-DPO
            max_sample_size: 4000
            n_train_proportion: 0.6
            n_val_proportion: 0.2
            n_test_proportion: 0.2
            benchmarks:
              - Sycophancy
              - TruthfulQA
            layers_to_try: [8, 16]
            steer_strengths: [0.5, 0.75, 1]
            methods: [BAS_full_mcq, iBAS_all, iBAS_wrong_only, handcrafted_prompt_pair]
            steer_target: post_attn
            icl_k: 10
            catastrophic_test: True
            target_benchmark: MMLU
            prompt_pairs: pairs.json
            """);
        Assert.Equal((Protocol.Paper, 0, "int8"), (spec.Protocol, spec.Placebos, spec.Weights));
        Assert.Equal("NousResearch/Nous-Hermes-2-Mistral-7B-DPO", Assert.Single(spec.Models).Name);
        Assert.Equal(["Sycophancy", "TruthfulQA"], spec.Tasks.Select(task => task.Name));
        Assert.Equal([7], spec.Seeds);
        Assert.Equal([8, 16], spec.Layers!);
        Assert.Equal([0.5, 0.75, 1], spec.Strengths);
        Assert.Equal(["PASf", "iPASa", "iPASwo"], spec.Methods.Select(method => method.Name));
        Assert.Equal(_folder.File("pairs.json"), spec.PromptPairs);
        Assert.Equal([SteeringSite.PostAttentionLayerNorm], spec.Sites);
        Assert.Equal([10], spec.Icl);
        Assert.Equal("MMLU", Assert.Single(spec.TestOn).Name);
        Assert.Equal(SplitSizes.Shares(0.6, 0.2, 0.2), Assert.Single(spec.Splits));
    }

    [Theory]
    [InlineData("benchmarks: a\nseed: 1\nsteer_strenghts: [1]", "study.yaml, line 3: unknown key 'steer_strenghts'", "did you mean 'steer_strengths'?")]
    [InlineData("tasks: a\nseedz: 1", "study.yaml, line 2: unknown key 'seedz'", "did you mean 'seeds'?")]
    [InlineData("tasks:\n- {data: a.csv, colour: red}", "study.yaml, line 2: unknown key 'colour'", "")]
    [InlineData("tasks: a\nprotocol: sond", "line 2, key 'protocol': unknown value 'sond'", "did you mean 'sound'?")]
    [InlineData("tasks: a\nseeds: 5-1", "line 2, key 'seeds'", "'5-1'")]
    [InlineData("tasks: a\nseeds: [1, -2]", "line 2, key 'seeds'", "'-2'")]
    [InlineData("tasks: a\nstrengths: [1, x]", "line 2, key 'strengths': not a number", "'x'")]
    [InlineData("tasks: a\nsplit: [1, 2]", "line 2, key 'split': not a split", "three shares")]
    [InlineData("tasks: a\nsites: [nose]", "line 2, key 'sites'", "no such site")]
    [InlineData("tasks: a\nmethods: [PASx]", "line 2, key 'methods'", "unknown method")]
    [InlineData("tasks: a\nplacebos: -1", "line 2, key 'placebos'", "a whole number from 0 to 10000; found '-1'")]
    [InlineData("tasks: a\nplacebos: 2147483647", "line 2, key 'placebos'", "a whole number from 0 to 10000; found '2147483647'")]
    [InlineData("tasks: a\nplacebos: 1_000", "line 2, key 'placebos'", "found '1_000'; write 1000")]
    [InlineData("tasks: a\nstrengths: 1,5", "line 2, key 'strengths': not a number", "found '1,5'; write 1.5")]
    [InlineData("tasks: a\nalpha: 0,05", "line 2, key 'alpha': not a number", "found '0,05'; write 0.05")]
    [InlineData("tasks: a\nalpha: .inf", "line 2, key 'alpha': not a number", "found '.inf'")]
    [InlineData("tasks: a\nsft: {lr: '0,001'}", "line 2, key 'lr': not a number", "found '0,001'; write 0.001")]
    [InlineData("tasks: a\nstrengths: [[1]]", "line 2, key 'strengths': wrong kind of value", "a list")]
    [InlineData("models: [m]", "study.yaml: the study has nothing to do", "at least one task")]
    [InlineData("model_name: m\nsteer_target: residual", "the key 'benchmarks' is missing", "")]
    [InlineData("tasks: &t\n- *t", "study.yaml, line 2: an alias stands for nothing before it", "'*t'")]
    [InlineData("tasks: a\n*t : b", "study.yaml, line 2: an alias stands for nothing before it", "'*t'")]
    [InlineData("\t: }", "study.yaml: is not valid YAML", "unsupported type")]
    [InlineData("!<>", "study.yaml: is not valid YAML", "Tag value must not be empty")]
    [InlineData("...\n}", "study.yaml: is not valid YAML", "no more tokens")]
    [InlineData("tasks: [a", "study.yaml, line", "is not valid YAML")]
    [InlineData("tasks: a\ntasks: b", "study.yaml, line 2", "is not valid YAML")]
    [InlineData("- a", "study.yaml: is not a study file", "one YAML mapping")]
    [InlineData("", "study.yaml: is not a study file", "one YAML mapping")]
    public void AMistakeIsNamedWithItsLine(string text, string place, string more)
    {
        var error = Error(text);
        Assert.Contains(place, error, StringComparison.Ordinal);
        Assert.Contains(more, error, StringComparison.Ordinal);
    }

    /// <summary>A setting that a library refuses is told by the line and the key that say it, and nothing else.</summary>
    [Theory]
    [InlineData("tasks: a\nsites: [nose]", "line 2, key 'sites': no such site; expected one of residual, self_attn, post_attention_layernorm, mlp; found 'nose'")]
    [InlineData("tasks: a\nsft:\n  rank: 4\n  lr: -1", "line 4, key 'lr': not usable; expected a number above 0; found -1")]
    [InlineData("tasks: a\nsft: {dropout: 1}", "line 2, key 'dropout': not usable; expected a share from 0 to below 1; found 1")]
    [InlineData("tasks: a\nsft: {weight_decay: -0.5}", "line 2, key 'weight_decay': not usable; expected 0 or more; found -0.5")]
    public void ASettingIsItsLineAndKey(string text, string line)
    {
        var error = Assert.Throws<PasException>(() => Load(text));
        Assert.Equal($"{_folder.File("study.yaml")}, {line}", error.Message);
        Assert.Equal((ErrorCodes.BadSetting, null), (error.Code, error.Setting));
    }

    [Fact]
    public void EveryNameOfASettingIsAKey() => Assert.All(StudyKeys.All, key =>
    {
        var sft = StudyKeys.Sft.Values.Contains(key) && key != "alpha"; // Which is a key in both places.
        var file = sft ? $"tasks: a\nsft: {{{key}: {{}}}}" : key is "question" or "choices" or "answer" or "answer_form" or "sql" ? $"tasks: [{{data: a.csv, {key}: {{}}}}]" : $"tasks: a\n{key}: {{}}";
        Assert.Contains($"key '{key}': ", Error(file), StringComparison.Ordinal);
    });

    [Fact]
    public void AMissingFile() => Assert.Contains("there is no such file", Assert.Throws<PasException>(() => StudySpec.Load(_folder.File("none.yaml"))).Message, StringComparison.Ordinal);

    private StudySpec Load(string text) => StudySpec.Load(_folder.Write("study.yaml", text));

    private string Error(string text) => Assert.Throws<PasException>(() => Load(text)).Message;
}
