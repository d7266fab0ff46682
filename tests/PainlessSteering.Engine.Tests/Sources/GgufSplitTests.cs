using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Models in several GGUF files, and files that are no model.</summary>
public sealed class GgufSplitTests : IDisposable
{
    private const string Whole = "llama";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnyPartOpensAll()
    {
        Split();
        using var whole = ModelSource.Open(Twin(Whole));
        foreach (var path in new[] { Part(1), Part(2), Part(3), _folder.Path })
        {
            using var model = ModelSource.Open(path);
            Assert.Equal(Part(1), model.Path);
            Assert.Equal(whole.Fingerprint, model.Fingerprint);
            Assert.Equal(whole.Config.ParameterCount, model.Config.ParameterCount);
            Assert.All(model.Unused.Where(part => part.Name.Contains("key 'split.", StringComparison.Ordinal)), part => Assert.Equal("all parts are read", part.Reason));
        }
    }

    [Fact]
    public void WhatIsWrongWithPartsIsNamed()
    {
        Split();
        File.Move(Part(2), _folder.File("other.gguf"));
        Assert.Contains("parts of the model are missing; expected 3 files; found no m-00002-of-00003.gguf; get all parts into one folder", Refused(Part(3)), StringComparison.Ordinal);
        Assert.Contains("its name does not say which; expected a name that ends in -00002-of-00003.gguf", Refused(_folder.File("other.gguf")), StringComparison.Ordinal);
        File.Copy(Part(3), Part(2));
        Assert.Contains("m-00002-of-00003.gguf: the file is not the part that its name says; expected split.no = 1", Refused(Part(1)), StringComparison.Ordinal);

        _folder.Write("m-00002-of-00003.gguf", Keyed(new GgufBytes(), 1).Write());
        Assert.Contains("key 'split.tensors.count'", Refused(Part(1)), StringComparison.Ordinal);
        var third = GgufBytes.Read(Part(3)).Tensors[0];
        var twice = Keyed(new GgufBytes(), 1);
        twice.Tensors.Add(third);
        _folder.Write("m-00002-of-00003.gguf", twice.Write());
        Assert.Contains("two parts of the model have the same tensor", Refused(Part(1)), StringComparison.Ordinal);
        _folder.Write("m-00002-of-00003.gguf", Keyed(new GgufBytes(), 1).With("llama.attention.scale", 2).Write());
        Assert.Contains("expected metadata in the first part alone", Refused(Part(1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("general.type", "adapter", "the file is a LoRA adapter, no model")]
    [InlineData("general.type", "mmproj", "the file is the part of a model that sees or hears")]
    [InlineData("general.type", "imatrix", "which weights matter when a model is quantised")]
    [InlineData("general.type", "something", "expected model; found 'something'")]
    [InlineData("general.architecture", "clip", "the file is the part of a model that sees or hears")]
    [InlineData("general.architecture", "controlvector", "the file is a control vector, no model")]
    [InlineData("general.architecture", "newest", "the architecture 'newest' is not supported; expected llama, ")]
    public void WhatIsNoModelIsToldWhatItIs(string key, string value, string told) =>
        Assert.Contains(told, Refused(_folder.Write("m.gguf", GgufBytes.Read(Twin(Whole)).With(key, value).Write())), StringComparison.Ordinal);

    [Fact]
    public void AVocabularyIsNoModel()
    {
        var file = GgufBytes.Read(Twin(Whole));
        file.Tensors.Clear();
        Assert.Contains("it is a vocabulary alone", Refused(_folder.Write("m.gguf", file.Write())), StringComparison.Ordinal);
    }

    /// <summary>What is left of a download that was cut off.</summary>
    [Fact]
    public void ATruncatedFileIsToldToBeGotAgain()
    {
        var whole = File.ReadAllBytes(Twin(Whole));
        for (var part = 1; part < 16; part++)
        {
            Assert.Contains("the file is truncated or damaged; get it again", Refused(_folder.Write("m.gguf", whole[..(whole.Length * part / 16)])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnAdapterInThisFormatIsRefused()
    {
        var path = _folder.Write("lora.gguf", GgufBytes.Read(Twin(Whole)).With("general.type", "adapter").Write());
        var error = Assert.Throws<PasException>(() => CausalLM.Load(Twin(Whole), new LoadOptions { Adapter = path })).Message;
        Assert.Contains("lora.gguf: adapters in GGUF files are not read; expected a folder in PEFT's layout", error, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePartThatSeesMayLieBesideAModel()
    {
        File.Copy(Twin(Whole), _folder.File("m.gguf"));
        File.Copy(Twin(Whole), _folder.File("mmproj-m.gguf"));
        using var model = ModelSource.Open(_folder.Path);
        Assert.Equal(_folder.File("m.gguf"), model.Path);
    }

    [Theory]
    [InlineData(4u, "type Q4_2; get the model in another type; llama.cpp has withdrawn this one")]
    [InlineData(32u, "type Q4_0_4_8; get the model as Q4_0 or IQ4_NL")]
    [InlineData(15u, "type Q8_K")]
    [InlineData(41u, "type Q1_0; get the model in one of these types")]
    [InlineData(99u, "type number 99")]
    public void ATypeThatIsNotReadIsNamedWithItsTensor(uint type, string told)
    {
        var file = GgufBytes.Read(Twin(Whole));
        var at = file.Tensors.FindIndex(tensor => tensor.Name == "blk.1.attn_k.weight");
        file.Tensors[at] = file.Tensors[at] with { Type = type };
        var error = Refused(_folder.Write("m.gguf", file.Write()));
        Assert.Contains("tensor 'blk.1.attn_k.weight': tensors of this type cannot be read; expected F32, ", error, StringComparison.Ordinal);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    private static string Twin(string name) => Shared.PathOf("gguf", "families", name + ".gguf");

    private string Part(int number) => _folder.File($"m-0000{number}-of-00003.gguf");

    /// <summary>A twin in three files, of which the first has metadata alone.</summary>
    private void Split()
    {
        var whole = GgufBytes.Read(Twin(Whole));
        GgufBytes[] parts = [new(), new(), new()];
        parts[0].Keys.AddRange(whole.Keys);
        for (var i = 0; i < whole.Tensors.Count; i++)
        {
            parts[1 + (i % 2)].Tensors.Add(whole.Tensors[i]);
        }

        for (var i = 0; i < parts.Length; i++)
        {
            _folder.Write($"m-0000{i + 1}-of-00003.gguf", Keyed(parts[i], i).With("split.tensors.count", whole.Tensors.Count).Write());
        }
    }

    private static GgufBytes Keyed(GgufBytes part, int number) => part.With("split.no", (ushort)number).With("split.count", (ushort)3);

    private static string Refused(string path) => Assert.Throws<PasException>(() =>
    {
        using var model = ModelSource.Open(path);
        _ = model.Weights;
    }).Message;
}
