using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Server.Requests;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Models;
using PainlessSteering.Tests.Text;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Fuzzing;

/// <summary>Every parser that reads a foreign file or body, each with samples written here.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("safetensors", "f.safetensors", Safetensors, Import),
        new("vector", "v.safetensors", Vectors, path => SafetensorsFormat.Read(path)),
        new("gguf", "f.gguf", ControlVectors, Import),
        new("pt", "f.pt", _ => Pickles(), Import),
        new("tokenizer.json", "tokenizer.json", folder => [.. ModelFiles("tokenizer.json"), Utf8(WholeTokenizer)], path => Tokenizer.Load(path).Encode("Hello, hello <s> wörld 12 🙂")),
        new("tokenizer.model", "tokenizer.model", _ => [SentencePiece()], path => Tokenizer.Load(path).Encode("hello ab")),
        new("config.json", "config.json", _ => ModelFiles("config.json"), path => _ = ModelSource.Open(Path.GetDirectoryName(path)!).Config),
        new("gguf model", "m.gguf", GgufModels, ReadGguf),
        new("template", "chat_template.jinja", _ => Templates(), Render, Runs: 2_000),
        new("pattern", "pattern.txt", _ => [.. Patterns.Select(Utf8)], Search, Runs: 2_000),
        new("tokenizer_config.json", "tokenizer_config.json", _ => [Utf8("""{"chat_template": [{"name": "default", "template": "{{ bos_token }}{{ messages }}"}], "bos_token": {"content": "<s>"}, "additional_special_tokens": ["<x>"]}""")], Render),
        new("chat request", "chat.json", _ => [Utf8("""{"model": "base+v@1.5", "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "temperature": 0.5, "top_p": 1, "max_tokens": 5, "stop": ["a"], "stream": true, "logprobs": true, "top_logprobs": 2, "seed": 1, "steering": [{"vector": "v", "strength": 1, "layer": 2, "site": "mlp", "positions": "all"}]}""")], path => RequestBody.Parse(File.ReadAllBytes(path), ChatRequest.Read)),
        new("chat prompt", "prompt.json", _ => Chats(), WritePrompt),
        new("completion request", "completion.json", _ => [Utf8("""{"model": "base", "prompt": ["Hi", "a"], "max_tokens": 5, "n": 1, "echo": false, "logprobs": 2, "steering": {"vector": "v"}}""")], path => RequestBody.Parse(File.ReadAllBytes(path), CompletionRequest.Read)),
        new("study", "study.yaml", _ => [Utf8("name: s\nmodels: [m]\ntasks:\n  - bbq_age\nmethods: [PASf, iPASa]\nlayers: [1, 2]\nstrengths: [0.5, 1]\nseeds: 1..3\n"), Utf8("models: &m [a, b]\ntasks: {quiz: &q {data: a.csv}, more: *q}\nlayers: *m\n"), Utf8("seed: 1\nmodel_name: m\nbenchmarks: [Age]\nlayers_to_try: [1]\nsteer_strengths: [1]\nmethods: [BAS_full_mcq]\nsteer_target: residual\nn_train_proportion: 0.6\n")], path => StudySpec.Load(path)),
        new("csv", "items.csv", _ => [Utf8("question,A,B,answer\n\"Who, me?\",yes,no,A\nWhat?,\"a \"\"b\"\"\",c,B\n")], path => Dataset.Load(path)),
        new("jsonl", "items.jsonl", _ => [Utf8("""{"question": "Q?", "choices": ["a", "b"], "answer": 1}""" + "\n" + """{"question": "R?", "choices": ["a", "b"], "answer": "a"}""" + "\n")], path => Dataset.Load(path)),
    ];

    private const string WholeTokenizer = """
        {"version":"1.0","added_tokens":[{"id":13,"content":"<s>","special":true,"lstrip":true,"single_word":false}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|\\p{L}+|\\d{1,3}| ?[^\\s\\p{L}]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[13],"tokens":["<s>"]}}},
         "decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":
        """ + TinyTokenizers.Hello + "}";

    private static string[] Patterns =>
    [
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{M}]*[\p{Ll}\p{M}]+(?i:'s)?|(?<=a|bc)(?<!\d)x*?y{2,5}+|(?>a|b)c++",
        @"[a-z&&[^aeiou]]+|[[:alpha:]\x{1F600}]|\h\H\R\X?|^\A.\b\B$\z|(?:é|\u00e8){0,9}",
    ];

    /// <summary>All vectors of a file, their numbers included, as for a model of few numbers.</summary>
    private static void Import(string path)
    {
        using var file = SteeringImport.Open(path);
        foreach (var direction in file.Directions.Where(direction => direction.Length <= 64))
        {
            var values = direction.Values;
            _ = direction.Target?.Invoke(values);
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static JsonDocument Golden(string name) => JsonDocument.Parse(typeof(FuzzTargets).Assembly.GetManifestResourceStream(name)!);

    private static IReadOnlyList<byte[]> ModelFiles(string name)
    {
        using var model = new TinyModelFolder();
        return [File.ReadAllBytes(model.File(name))];
    }

    private static IReadOnlyList<byte[]> Safetensors(TempFolder folder)
    {
        PlainSafetensorsFormat.Write(folder.File("plain"), new SteeringVector([1f, 2f], SteeringSite.Mlp, 3, 2), [(3, [2f, 4f])]);
        return [File.ReadAllBytes(folder.File("plain"))];
    }

    private static IReadOnlyList<byte[]> Vectors(TempFolder folder)
    {
        var provenance = new SteeringProvenance("m", "sha256:a", "iPASa", "sound", 1, "d", "sha256:b", 1, 1, 1, JsonSerializer.SerializeToElement(new { verdict = "helps" }));
        SafetensorsFormat.Write(folder.File("vector"), new SteeringVector([1f, -2f, 3f], SteeringSite.Residual, 1, 4, TokenRule.Last, provenance));
        return [File.ReadAllBytes(folder.File("vector"))];
    }

    private static IReadOnlyList<byte[]> ControlVectors(TempFolder folder)
    {
        GgufWriter.Write(folder.File("cv"), [("general.architecture", "controlvector"), ("controlvector.model_hint", "llama"), ("controlvector.layer_count", 2)], [("direction.1", [1f, 2f]), ("direction.2", [3f, 4f])]);
        return [File.ReadAllBytes(folder.File("cv"))];
    }

    private static IReadOnlyList<byte[]> GgufModels(TempFolder folder)
    {
        string[] numbers = ["embedding_length", "feed_forward_length", "block_count", "attention.head_count", "context_length", "attention.layer_norm_rms_epsilon"];
        GgufWriter.Write(
            folder.File("model"),
            [("general.architecture", "llama"), .. numbers.Select(key => ($"llama.{key}", (object)2)), ("tokenizer.ggml.model", "gpt2"), ("tokenizer.ggml.pre", "smollm"), ("tokenizer.chat_template", "{{ messages }}")],
            [("token_embd.weight", [1f, 2f]), ("blk.0.attn_q.weight", [1f, 2f, 3f, 4f])]);
        return [File.ReadAllBytes(folder.File("model"))];
    }

    private static void ReadGguf(string path)
    {
        using var source = ModelSource.Open(path);
        var names = source.Weights.Names;
        _ = (source.ChatTemplate, source.Config);
        source.Weights.Load(names.First(), [2], TorchSharp.torch.ScalarType.Float32, TorchSharp.torch.CPU).Dispose();
        _ = source.Tokenizer.Encode("Hello");
    }

    private static IReadOnlyList<byte[]> Pickles()
    {
        using var golden = Golden("pt.golden.json");
        return [.. golden.RootElement.EnumerateArray().Select(one => one.GetProperty("file").GetBytesFromBase64())];
    }

    private static IReadOnlyList<byte[]> Templates()
    {
        using var golden = Golden("templates.golden.json");
        return [.. golden.RootElement.GetProperty("cases").EnumerateArray().Select(one => Utf8(one.GetProperty("template").GetString()!))];
    }

    /// <summary>Three pieces and a trainer that says BPE, field by field.</summary>
    private static byte[] SentencePiece()
    {
        static byte[] Piece(string text, byte kind) => [0x0a, (byte)(text.Length + 9), 0x0a, (byte)text.Length, .. Utf8(text), 0x15, 0, 0, 0x80, 0xbf, 0x18, kind];
        return [.. Piece("<unk>", 2), .. Piece("a", 1), .. Piece("b", 1), .. Piece("ab", 1), 0x12, 2, 0x18, 2];
    }

    /// <summary>Bodies with all that a message may hold.</summary>
    private static IReadOnlyList<byte[]> Chats() =>
    [
        Utf8("""{"model": "m", "messages": [{"role": "developer", "content": "Be kind."}, {"role": "user", "name": "Ann", "content": [{"type": "text", "text": "Hi"}, {"type": "input_text", "text": "!"}]}, {"role": "assistant", "content": null, "refusal": "no", "audio": {"id": "a"}, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\": [1.5, null]}"}}]}, {"role": "tool", "tool_call_id": "c1", "content": "5"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}"""),
        Utf8("""{"model": "m", "messages": [{"role": "user", "content": "w"}, {"role": "assistant", "content": [], "function_call": {"name": "f", "arguments": ""}}, {"role": "function", "name": "f", "content": "5"}, {"role": "observer", "content": "x"}], "chat_template_kwargs": {"enable_thinking": false}, "user": "u", "max_tokens": 5, "max_completion_tokens": 5}"""),
    ];

    /// <summary>Prompts without a template, and with templates of each form of messages.</summary>
    public static IReadOnlyList<ChatPrompt> Prompts { get; } =
    [
        new(null),
        .. new[]
        {
            "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for t in m.tool_calls %}{{ t.function.name ~ t.function.arguments | tojson }}{% endfor %}{% endfor %}",
            "{% for m in messages %}{% for c in m.content %}{% if c.type == 'text' %}{{ c.text }}{% endif %}{% endfor %}{% for t in m.tool_calls %}{% for k, v in t.function.arguments | items %}{{ k }}={{ v }}{% endfor %}{% endfor %}{% endfor %}",
            "{% for m in messages %}{{ m.role + m.content }}{% for t in m.tool_calls %}{{ '`' + t.function.arguments }}{% endfor %}{{ m.name }}{% endfor %}",
        }.Select(template => new ChatPrompt(ChatTemplate.Parse(template))),
    ];

    private static void WritePrompt(string path)
    {
        var (request, _) = RequestBody.Parse(File.ReadAllBytes(path), ChatRequest.Read);
        foreach (var prompt in Prompts)
        {
            try
            {
                prompt.Write(new ChatTemplateInput(request.Messages) { Tools = request.Tools, Variables = request.Variables, Now = DateTime.UnixEpoch }, default);
            }
            catch (PasException)
            {
                // Refused by this template, perhaps not by the next.
            }
        }
    }

    /// <summary>A pattern as a tokenizer.json has it, on texts that its parts match.</summary>
    private static void Search(string path)
    {
        var pattern = JsonSerializer.Serialize(File.ReadAllText(path));
        var tokenizer = TinyTokenizers.Make(preTokenizer: $$"""{"type":"Split","pattern":{"Regex":{{pattern}}},"behavior":"Isolated","invert":false}""");
        _ = tokenizer.Encode("Hello, it's 12345 wörlds\r\n\n  and 🙂🙂 𐐀𐐨 ＡＢ\u0301\u2028 " + new string('a', 300));
    }

    private static void Render(string path)
    {
        var messages = JsonNode.Parse("""[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hé", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1.5}}}]}]""")!.AsArray();
        ChatTemplate.Load(Path.GetDirectoryName(path)!).Render(new ChatTemplateInput(messages)
        {
            Now = DateTime.UnixEpoch,
            Variables = new Dictionary<string, JsonNode?> { ["xs"] = JsonNode.Parse("[3, 1, 2]"), ["s"] = "Hello, wörld", ["n"] = 7, ["d"] = JsonNode.Parse("""{"b": 1, "a": [1, null]}""") },
        });
    }
}
