using System.Text;
using PainlessSteering.Data.Tasks;
using PainlessSteering.Engine.Adapters.Peft;
using PainlessSteering.Engine.Adapters.Peft.Kinds;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Keys;

/// <summary>Every reader of JSON files, with samples written here.</summary>
internal static class KeyReaders
{
    private const string Config = """
        {"architectures": ["LlamaForCausalLM"], "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 50,
         "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000, "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1,
         "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}, "id2label": {"0": "a"}}
        """;

    private const string Vocabulary = """{"[UNK]": 0, "a": 1, "b": 2, "##a": 3, "<s>": 4}""";

    private static readonly string[] Tokenizers =
    [
        Tokenizer(
            "{\"type\": \"BPE\", \"dropout\": null, \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\": \"##\", \"end_of_word_suffix\": null, \"fuse_unk\": true, \"byte_fallback\": false, \"ignore_merges\": false, \"vocab\": " + Vocabulary + ", \"merges\": []}",
            """
            {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Prepend", "prepend": "a"}, {"type": "Replace", "pattern": {"Regex": "b+"}, "content": "b"},
             {"type": "Replace", "pattern": {"String": "c"}, "content": "b"}, {"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "Lowercase"}, {"type": "StripAccents"}, {"type": "Nmt"}, {"type": "ByteLevel"},
             {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}]}
            """,
            """
            {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true},
             {"type": "Split", "pattern": {"Regex": "a+"}, "behavior": "Isolated", "invert": false}, {"type": "Split", "pattern": {"String": "b"}, "behavior": "Isolated", "invert": false}, {"type": "Digits", "individual_digits": true},
             {"type": "Punctuation", "behavior": "Isolated"}, {"type": "Whitespace"}, {"type": "WhitespaceSplit"}, {"type": "BertPreTokenizer"}, {"type": "FixedLength", "length": 5}, {"type": "CharDelimiterSplit", "delimiter": "|"}]}
            """,
            """
            {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}, {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
             {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]}}}]}
            """,
            """
            {"type": "Sequence", "decoders": [{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0},
             {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}, {"type": "WordPiece", "prefix": "##", "cleanup": true}, {"type": "BPEDecoder", "suffix": "</w>"}]}
            """),
        Tokenizer("{\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\", \"continuing_subword_prefix\": \"##\", \"max_input_chars_per_word\": 100, \"vocab\": " + Vocabulary + "}", processor: """{"type": "BertProcessing", "sep": ["<s>", 4], "cls": ["<s>", 4]}"""),
        Tokenizer("{\"type\": \"WordLevel\", \"unk_token\": \"[UNK]\", \"vocab\": " + Vocabulary + "}", processor: """{"type": "RobertaProcessing", "sep": ["<s>", 4], "cls": ["<s>", 4], "trim_offsets": true, "add_prefix_space": true}"""),
    ];

    public static IReadOnlyList<KeyReader> All { get; } =
    [
        new("tokenizer.json", Tokenizers, text => [.. PainlessSteering.Text.Tokenizer.Parse(text).Unused.Select(key => key.Place)], "model.vocab", "post_processor.processors[1].special_tokens"),
        new("config.json", [Config], text => OfFolder("config.json", text)),
        new("generation_config.json", ["""{"bos_token_id": 0, "eos_token_id": [1], "temperature": 0.6, "do_sample": true, "cache_config": {"batch_size": 1}}"""], text => OfFolder("generation_config.json", text)),
        new(
            "tokenizer_config.json",
            ["""{"add_bos_token": true, "bos_token": {"content": "<s>", "lstrip": false, "__type": "AddedToken"}, "eos_token": "[UNK]", "chat_template": [{"name": "default", "template": "x"}], "legacy": true, "extra_special_tokens": {"image_token": "<i>"}, "added_tokens_decoder": {"4": {"content": "<s>", "special": true}}}"""],
            text => OfFolder("tokenizer_config.json", text),
            "extra_special_tokens"),
        new("special_tokens_map.json", ["""{"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "[UNK]", "additional_special_tokens": ["<s>"]}"""], text => OfFolder("special_tokens_map.json", text)),
        new("chat_template.json", ["""{"chat_template": "x"}""", """{"chat_template": [{"name": "default", "template": "x"}]}"""], text => OfFolder("chat_template.json", text)),
        new("model.safetensors.index.json", ["""{"metadata": {"total_size": 8}, "weight_map": {"a": "model-1.safetensors"}}"""], text => OfFolder("model.safetensors.index.json", text), "weight_map"),
        new(
            "adapter_config.json",
            ["""{"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "bias": "none", "use_dora": false, "rank_pattern": {"q_proj": 2}, "alpha_pattern": {}, "modules_to_save": null, "loftq_config": {}}"""],
            Adapter,
            "rank_pattern", "alpha_pattern"),
        new("tasks", [.. TaskFiles()], text =>
        {
            TaskCatalog.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)));
            return [];
        }),
    ];

    private static string Tokenizer(string model, string normalizer = "null", string preTokenizer = "null", string processor = "null", string decoder = "null") => $$"""
        {"version": "1.0", "truncation": {"direction": "Right", "max_length": 512, "strategy": "LongestFirst", "stride": 0}, "padding": {"strategy": "BatchLongest", "pad_id": 0},
         "added_tokens": [{"id": 4, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
         "normalizer": {{normalizer}}, "pre_tokenizer": {{preTokenizer}}, "post_processor": {{processor}}, "decoder": {{decoder}}, "model": {{model}}}
        """;

    /// <summary>What a model's folder does not use where one of its files has this text.</summary>
    private static IReadOnlyList<string> OfFolder(string file, string text)
    {
        using var folder = new TempFolder();
        folder.Write("config.json", Config);
        folder.Write("tokenizer.json", Tokenizers[1]);
        folder.Write(file, text);
        using var source = ModelSource.Open(folder.Path);
        return [.. source.Unused.Select(part => part.Name)];
    }

    private static IReadOnlyList<string> Adapter(string text)
    {
        using var folder = new TempFolder();
        folder.Write(LoraConfig.FileName, text);
        using Tensor a = torch.zeros(2, 3), b = torch.zeros(4, 2);
        SafeTensorsWriter.Write(folder.File(PeftFolder.FileName), new Dictionary<string, Tensor> { [LinearLora.NameOfA("q_proj")] = a, [LinearLora.NameOfB("q_proj")] = b }, new Dictionary<string, string>());
        using var adapter = PainlessSteering.Engine.Adapters.Adapter.Open(folder.Path);
        return [.. adapter.Unused.Select(part => part.Name)];
    }

    private static IEnumerable<string> TaskFiles()
    {
        var assembly = typeof(TaskCatalog).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("tasks/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
