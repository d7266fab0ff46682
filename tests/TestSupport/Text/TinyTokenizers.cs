using System.Text;
using System.Text.Json;
using PainlessSteering.Text;
using PainlessSteering.Text.PreTokenizers;

namespace PainlessSteering.Tests.Text;

/// <summary>
/// Small tokenizer.json texts for single stages. Where a test gives ids, pieces or texts for one, they are what version 0.22.2 of
/// Hugging Face's tokenizers library gives for it.
/// </summary>
internal static class TinyTokenizers
{
    /// <summary>Characters, the merges h+e, l+l, he+ll, hell+o, and the bytes of 'é'.</summary>
    public const string Hello = """
        {"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"h":1,"e":2,"l":3,"o":4,"▁":5,"he":6,"ll":7,"hell":8,"hello":9,"▁hello":10,"<0xC3>":11,"<0xA9>":12},
         "merges":["h e","l l","he ll","hell o","▁ hello"]}
        """;

    /// <summary>A tokenizer of the given parts, each JSON text.</summary>
    public static Tokenizer Make(string model = Hello, string normalizer = "null", string preTokenizer = "null", string postProcessor = "null", string decoder = "null", string added = "[]") =>
        Load($$"""{"version":"1.0","added_tokens":{{added}},"normalizer":{{normalizer}},"pre_tokenizer":{{preTokenizer}},"post_processor":{{postProcessor}},"decoder":{{decoder}},"model":{{model}}}""");

    public static Tokenizer Load(string json) => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "tiny.json");

    public static JsonPart Part(string json) => new(JsonDocument.Parse(json).RootElement, "tiny.json");

    /// <summary>The pieces that a pre-tokenizer cuts a text into.</summary>
    public static string[] Cut(string preTokenizer, string text)
    {
        var pieces = new PieceBuffer();
        pieces.Reset(text, true);
        PreTokenizerReader.Read(Part(preTokenizer))!.Apply(pieces);
        return [.. Enumerable.Range(0, pieces.Count).Select(i => pieces[i].ToString())];
    }
}
