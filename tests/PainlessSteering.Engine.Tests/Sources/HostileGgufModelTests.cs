using PainlessSteering.Engine;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Files whose metadata and tensors do not fit each other: one line says so, or the model is loaded; nothing else happens.</summary>
public sealed class HostileGgufModelTests : IDisposable
{
    /// <summary>Tensors of the blocks between are as those of the first; some are not read.</summary>
    private static readonly string[] LeftOut = ["blk.1.", "blk.2.", "blk.4.", "rope_factors_long"];

    private static readonly int[] Numbers = [0, 1, 3, 7, -1, 1000, int.MaxValue];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Twins => ["llama", "gemma2", "gemma3-text", "phi4-mini", "qwen2-moe", "qwen3-next", "qwen3-5-text", "qwen3-moe"];

    public void Dispose() => _folder.Dispose();

    /// <summary>Of every tensor of the first and the fourth block, and of those of none.</summary>
    [Theory]
    [MemberData(nameof(Twins))]
    public void ATensorOfAnotherShapeIsRefused(string name)
    {
        var file = Twin(name);
        for (var i = 0; i < file.Tensors.Count; i++)
        {
            var whole = file.Tensors[i];
            if (LeftOut.Any(part => whole.Name.StartsWith(part, StringComparison.Ordinal)))
            {
                continue;
            }

            var all = whole.Sizes.Aggregate(1UL, (product, size) => product * size);
            foreach (var sizes in new ulong[][] { [], [all], [1, all], [.. whole.Sizes.Reverse()], [.. whole.Sizes, 1], [all / 2, 2] })
            {
                file.Tensors[i] = whole with { Sizes = sizes };
                var refused = Refused(file);
                Assert.True(refused is not null || Trimmed(sizes).SequenceEqual(Trimmed(whole.Sizes)) || sizes.Length == 0, $"{whole.Name} as [{string.Join(", ", sizes)}] is not refused");
            }

            file.Tensors[i] = whole;
        }
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void AnyNumberInAnyKeyIsReadOrRefused(string name)
    {
        var architecture = Twin(name).Keys.Where(key => !key.Key.StartsWith("general.", StringComparison.Ordinal) && !key.Key.StartsWith("tokenizer.", StringComparison.Ordinal)).ToArray();
        foreach (var (key, _) in architecture)
        {
            foreach (var number in Numbers)
            {
                Refused(Twin(name).With(key, number));
            }
        }
    }

    private static GgufBytes Twin(string name) => GgufBytes.Read(Shared.PathOf("gguf", "families", name + ".gguf"));

    /// <summary>Sizes of 1 at the end say nothing.</summary>
    private static ulong[] Trimmed(ulong[] sizes) => [.. sizes.Reverse().SkipWhile(size => size == 1).Reverse()];

    /// <summary>Loads the model; what is not refused in words ends the test.</summary>
    private string? Refused(GgufBytes file)
    {
        try
        {
            CausalLM.Load(_folder.Write("m.gguf", file.Write())).Dispose();
            return null;
        }
        catch (PasException e)
        {
            return e.Message;
        }
    }
}
