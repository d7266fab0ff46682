using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Text.Templates;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>A real pretrained instruct model in a GGUF file, against transformers' values of it and llama.cpp's token ids.</summary>
public sealed class SmolLM2Tests
{
    private const double LogitBound = 1e-3, SiteBound = 1e-4;

    [Fact]
    public void LogitsAndActivationsEqualTheReference()
    {
        using var document = SmolLM2.Golden("forward.json");
        using var values = SafeTensors.Open(SmolLM2.GoldenFile("forward.safetensors"));
        using var source = Open();
        using var model = CausalLM.Load(source);
        int[] layers = SmolLM2.Ints(document.RootElement.GetProperty("site_layers"));
        foreach (var (prompt, number) in document.RootElement.GetProperty("prompts").EnumerateArray().Select((prompt, number) => (prompt, number)))
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            var hook = new LastTokens();
            var logits = model.Logits(model.Forward(PackedBatch.Pack([SmolLM2.Ints(prompt.GetProperty("ids"))]), hook));
            Assert.InRange((logits[0, 0] - values.Load($"{number}.logits")).abs().max().ToSingle(), 0, LogitBound);
            var hidden = values.Load($"{number}.hidden");
            for (var layer = 0; layer < model.Config.Layers; layer++)
            {
                AssertClose(hidden[layer], hook[layer, HookPoint.BlockOutput]);
            }

            foreach (var (name, point) in new[] { ("self_attn", HookPoint.AttentionOutput), ("post_attention_layernorm", HookPoint.MlpInput), ("mlp", HookPoint.MlpOutput) })
            {
                var site = values.Load($"{number}.{name}");
                for (var i = 0; i < layers.Length; i++)
                {
                    AssertClose(site[i], hook[layers[i], point]);
                }
            }
        }
    }

    [Fact]
    public void EveryTextHasTheIdsOfTheReference()
    {
        using var document = SmolLM2.Golden("tokenizer-cases.json");
        using var source = Open();
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        Assert.True(cases.Length > 300);
        Assert.All(cases, one =>
        {
            var (text, ids) = (one.GetProperty("text").GetString()!, SmolLM2.Ints(one.GetProperty("ids")));
            Assert.Equal(ids, source.Tokenizer.Encode(text, addSpecialTokens: false));
            Assert.Equal(SmolLM2.Ints(one.GetProperty("idsWithSpecial")), source.Tokenizer.Encode(text));
            Assert.Equal(SmolLM2.Ints(one.GetProperty("idsPlain")), source.Tokenizer.Encode(text, addSpecialTokens: false, specialTokensInText: false));
            Assert.Equal(one.GetProperty("decoded").GetString(), source.Tokenizer.Decode(ids, skipSpecialTokens: false));
        });
    }

    [Fact]
    public void EveryChatIsWrittenAsTheReferenceWritesIt()
    {
        using var document = SmolLM2.Golden("templates.json");
        using var source = Open();
        Assert.All(document.RootElement.GetProperty("cases").EnumerateArray(), one =>
        {
            var input = new ChatTemplateInput(JsonNode.Parse(one.GetProperty("messages").GetRawText())!.AsArray()) { AddGenerationPrompt = one.GetProperty("add_generation_prompt").GetBoolean() };
            var text = source.ChatTemplate!.Render(input);
            Assert.Equal(one.GetProperty("text").GetString(), text);
            Assert.Equal(SmolLM2.Ints(one.GetProperty("ids")), source.Tokenizer.Encode(text, addSpecialTokens: false));
        });
    }

    [Fact]
    public void TheConfigurationIsThePublishedOne()
    {
        using var source = Open();
        var config = source.Config;
        var attention = config.Attention();
        Assert.Equal((576, 1536, 30, 9, 3, 64, 49152, 8192), (config.HiddenSize, config.Mlp().InnerSize, config.Layers, attention.Heads, attention.KeyValueHeads, attention.HeadSize, config.VocabularySize, config.ContextLength));
        Assert.Equal((new RmsNormPlan("model.norm", 1e-5), 100000.0, true), (config.FinalNorm, attention.Rope.Theta, config.TiedEmbeddings));
        Assert.Equal([2, 0], config.EndOfSequence); // <|im_end|>, as the file says, and <|endoftext|>, by its text.
        Assert.StartsWith("sha256:", source.Fingerprint, StringComparison.Ordinal);
        Assert.Contains(source.Unused, part => part.Name.Contains("general.license", StringComparison.Ordinal));
        Assert.Contains(source.Unused, part => part.Name.Contains("llama.vocab_size", StringComparison.Ordinal));
    }

    private static IModelSource Open() => ModelSource.Open(SmolLM2.File);

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange(((actual - expected).abs().max() / expected.abs().max()).ToSingle(), 0, SiteBound);
}
