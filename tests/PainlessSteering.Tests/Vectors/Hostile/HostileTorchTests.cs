namespace PainlessSteering.Tests.Vectors.Hostile;

/// <summary>Pickles that ask for more than they are: lists in themselves and in each other, views that repeat, sizes and numbers that cannot be, and any operation.</summary>
public sealed class HostileTorchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds => HostileCase.Seeds(60);

    /// <summary>Every operation of the format, and others, in any order, with right pieces between them.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void ARandomPickleIsReadOrRefused(int seed)
    {
        var random = new Random(seed);
        var pickle = new PickleBytes();
        for (var steps = random.Next(1, 1 << random.Next(1, 15)); steps > 0; steps--)
        {
            Step(pickle, random);
        }

        Import(random.Next(8) == 0 ? pickle.ToArray() : pickle.Raw('.').Archive(new byte[64]), $"random pickle {seed}");
    }

    [Fact]
    public void AListInItselfIsRefused()
    {
        var pickle = new PickleBytes().Raw(']', 'q', 0);
        for (var i = 0; i < 2_000; i++)
        {
            pickle.Raw('h', 0, 'a');
        }

        Assert.Contains("stands in more than one place, or in itself", Import(pickle.Raw('.').Archive(), "a list in itself"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(']', 'a')]
    [InlineData('}', 's')]
    public void ListsThatAreDoubledAreRefused(char empty, char add)
    {
        var pickle = new PickleBytes().Raw(empty, 'q', 0);
        for (var i = 1; i < 200; i++)
        {
            pickle.Raw(empty, 'q', i);
            for (var twice = 0; twice < 2; twice++)
            {
                if (add == 's')
                {
                    pickle.Whole(twice);
                }

                pickle.Raw('h', i - 1, add);
            }
        }

        Assert.NotNull(Import(pickle.Raw('.').Archive(), "doubled " + empty));
    }

    [Theory]
    [InlineData(96, 0, 1_048_576, 0, "shows the 96 numbers of its storage more than once")]
    [InlineData(96, 0, 97, 1, "reaches past its storage")]
    [InlineData(96, 90, 7, 1, "reaches past its storage")]
    [InlineData(96, -1, 3, 1, "do not go together")]
    [InlineData(96, long.MaxValue, 3, 1, "reaches past its storage")]
    [InlineData(96, 0, -3, 1, "shape is not valid")]
    [InlineData(96, 0, 3, -1, "shape is not valid")]
    [InlineData(96, 0, 1L << 40, 1, "shape is not valid")]
    [InlineData(96, 0, 3, 1L << 40, "shape is not valid")]
    [InlineData(long.MaxValue, 0, int.MaxValue, int.MaxValue, null)]
    [InlineData(1L << 40, 0, 8, 1, "longer than the file")]
    [InlineData(-1, 0, 0, 1, "no storage of numbers")]
    public void AViewStaysInItsStorage(long elements, long offset, long size, long stride, string? told)
    {
        var refusal = Import(new PickleBytes().Tensor("0", elements, offset, [size], [stride]).Raw('.').Archive(new byte[384]), $"{elements} {offset} {size} {stride}");
        if (told is not null)
        {
            Assert.Contains(told, refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ManyViewsOfOneStorageAreReadWhenTheyAreAskedFor()
    {
        var pickle = new PickleBytes().Raw(']', '(').Tensor("0", 1 << 18, 0, [1 << 18], [1]).Raw('q', 1);
        for (var i = 0; i < 4_000; i++)
        {
            pickle.Raw('h', 1);
        }

        pickle.Raw('e', 'q', 2);
        Assert.Null(Import(pickle.Raw('.').Archive(new byte[1 << 20]), "one tensor 4,001 times"));
        var more = new PickleBytes().Raw(']', '(').Tensor("0", 4, 0, [4], [1]).Raw('q', 1);
        for (var i = 0; i < 4_096; i++)
        {
            more.Raw('h', 1);
        }

        Assert.Contains("more than 4096 vectors", Import(more.Raw('e', '.').Archive(new byte[16]), "one tensor 4,097 times"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsCopiedAgainIsPaidForAgain()
    {
        var pickle = new PickleBytes().Raw(']', 'q', 0, '(');
        for (var i = 0; i < 20_000; i++)
        {
            pickle.Raw('N', 'N', 0x86);
        }

        pickle.Raw('e', '0').Global("collections", "OrderedDict").Raw('q', 1);
        for (var i = 0; i < 20_000; i++)
        {
            pickle.Raw('h', 1, 'h', 0, 0x85, 'R', '0');
        }

        Assert.Contains("more than 200000 parts", Import(pickle.Raw('N', '.').Archive(), "an OrderedDict of one list again and again"), StringComparison.Ordinal);
    }

    [Fact]
    public void AShapeOfManyDimensionsIsRefused()
    {
        var sizes = Enumerable.Repeat(1L, 50_000).ToArray();
        Assert.Contains("more than 64 dimensions", Import(new PickleBytes().Tensor("0", 1, 0, sizes, sizes).Raw('.').Archive(new byte[4]), "50,000 dimensions"), StringComparison.Ordinal);
    }

    [Fact]
    public void DeepAndWideDictsAreRefused()
    {
        Dictionary<object, object?> deep = new() { ["vector"] = new[] { 1f } };
        for (var i = 0; i < 60; i++)
        {
            deep = new() { ["vector"] = deep };
        }

        Assert.Contains("nested deeper than 4", Import(PickleBytes.File(deep), "deep dicts"), StringComparison.Ordinal);
        var wide = Enumerable.Range(0, 9_000).ToDictionary(i => (object)FormattableString.Invariant($"layer_{i}"), object? (i) => null);
        Assert.Null(Import(PickleBytes.File(wide), "a wide dict of nothing"));
        Assert.Contains("key 'vector' appears twice", Import(new PickleBytes().Raw('}', '(').Text("vector").Raw('N').Text("vector").Raw('N', 'u', '.').Archive(), "one key twice"), StringComparison.Ordinal);
    }

    /// <summary>No operation that could run something is known, whatever stands around it.</summary>
    [Theory]
    [InlineData('i')]
    [InlineData('o')]
    [InlineData(0x81)]
    [InlineData(0x92)]
    [InlineData(0x82)]
    [InlineData('P')]
    [InlineData(0x8b)]
    [InlineData(0x8d)]
    [InlineData(0x96)]
    [InlineData('I')]
    public void AnOperationThatIsNotKnownIsNamed(int code) =>
        Assert.Contains(FormattableString.Invariant($"the operation 0x{code:x2}"), Import(new PickleBytes().Raw('(', ')', code).Raw('.').Archive(), "an operation"), StringComparison.Ordinal);

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("\u001b[2J", "x")]
    public void ACallIsNamedAndNotMade(string module, string name) =>
        Assert.Contains("which this program does not do", Import(new PickleBytes().Global(module, name).Text("x").Raw(0x85, 'R', '.').Archive(), name), StringComparison.Ordinal);

    [Fact]
    public void TwoTensorsAgreeOnTheirStorage() => Assert.Contains(
        "different things about their storage",
        Import(new PickleBytes().Raw(']').Tensor("0", 4, 0, [4], [1]).Raw('a').Tensor("0", 8, 0, [4], [1]).Raw('a', '.').Archive(new byte[16]), "two sizes of one storage"), StringComparison.Ordinal);

    /// <summary>Old files have no archive: pickles, then storages.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(1L << 40)]
    public void AnOldFilesStoragesHaveTheirSizes(long elements)
    {
        byte[] magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.', 0x80, 2, (byte)'M', 0xe9, 0x03, (byte)'.', 0x80, 2, (byte)'}', (byte)'.'];
        byte[] file = [.. magic, .. new PickleBytes().Tensor("0", elements, 0, [4], [1]).Raw('.').ToArray(), .. new PickleBytes().Raw(']').Text("0").Raw('a', '.').ToArray(), .. BitConverter.GetBytes(elements), .. new byte[16]];
        Assert.NotNull(Import(file, FormattableString.Invariant($"an old file with {elements} numbers")));
    }

    private string? Import(byte[] file, string shown) => HostileCase.Import(_folder.Write("v.pt", file), shown);

    private static void Step(PickleBytes pickle, Random random)
    {
        const string Codes = "(0NKMJXUCBTc])}tlaesuqrhjQRb.GPi2\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x93\x94\x95";
        long Any() => HostileCase.Numbers[random.Next(HostileCase.Numbers.Length)];
        switch (random.Next(9))
        {
            case 0:
                pickle.Whole(Any());
                break;
            case 1:
                pickle.Text(new[] { "layer", "vector", "3", "storage", "0", "strength", "action", new string('x', 300), "\u001b[2J" }[random.Next(9)]);
                break;
            case 2:
                pickle.Tensor("0", random.Next(3) == 0 ? Any() : 16, random.Next(3) == 0 ? Any() : 0, [random.Next(3) == 0 ? Any() : 4], [random.Next(3) == 0 ? Any() : 1]);
                break;
            case 3:
                pickle.Raw('q', random.Next(4));
                break;
            case 4:
                pickle.Raw('h', random.Next(4));
                break;
            case 5:
                pickle.Raw(new int[] { ']', '}', '(' }[random.Next(3)]);
                break;
            case 6:
                pickle.Raw(new int[] { 'a', 'e', 's', 'u', 't' }[random.Next(5)]);
                break;
            case 7:
                pickle.Global("collections", "OrderedDict").Raw(')', 'R');
                break;
            default:
                pickle.Raw(random.Next(20) == 0 ? random.Next(256) : Codes[random.Next(Codes.Length)]);
                break;
        }
    }
}
