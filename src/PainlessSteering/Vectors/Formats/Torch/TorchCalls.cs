namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>The calls that a pickle of tensors makes, each answered by data. There is no other.</summary>
internal static class TorchCalls
{
    private const string Storages = "Storage";
    private const int MostDimensions = 64; // As in torch.

    /// <summary>What a call gives.</summary>
    /// <param name="function">The name that is called.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="spend">Pays for parts that are read once more.</param>
    /// <param name="damaged">Makes the error.</param>
    public static object Call(PickleGlobal function, object?[] arguments, Action<int> spend, Func<string, PasException> damaged) => function switch
    {
        { Module: "collections", Name: "OrderedDict" } when arguments is [] or [PickleList] => Entries(arguments is [PickleList pairs] ? pairs : [], spend, damaged),
        { Module: "torch._utils", Name: "_rebuild_tensor_v2" or "_rebuild_tensor" } when arguments is [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, .. var rest] && IsPlain(rest) =>
            Tensor(storage, offset, Sizes(shape, damaged), Sizes(strides, damaged), damaged),
        { Module: "torch._utils", Name: "_rebuild_parameter" } when arguments is [TorchTensor tensor, .. var rest] && IsPlain(rest) => tensor,
        { Module: "torch", Name: "Size" } when arguments is [PickleTuple sizes] => sizes,
        { Module: "torch", Name: "device" } => function,
        _ => throw damaged($"the pickle calls '{Shown(function)}', which this program does not do"),
    };

    /// <summary>The storage that <c>('storage', class, key, device, elements)</c> stands for.</summary>
    public static TorchStorage Storage(object? identity, Func<string, PasException> damaged) => identity is PickleTuple { Items: ["storage", PickleGlobal { Module: "torch" } type, string key, string, long elements, .. ([] or [null])] }
        && type.Name.EndsWith(Storages, StringComparison.Ordinal) && elements >= 0
        ? new TorchStorage(type.Name, key, elements)
        : throw damaged("the pickle refers to something outside that is no storage of numbers");

    /// <summary>Whether what follows a tensor's view leaves its numbers alone: whether it has gradients, hooks, and marks such as that of a negated view.</summary>
    private static bool IsPlain(object?[] rest) => Array.TrueForAll(rest, part => part is bool or null or PickleDictionary { Count: 0 });

    private static PickleDictionary Entries(PickleList pairs, Action<int> spend, Func<string, PasException> damaged)
    {
        spend(pairs.Count);
        var entries = new PickleDictionary();
        foreach (var pair in pairs)
        {
            var items = pair switch
            {
                PickleTuple tuple => tuple.Items,
                PickleList list => [.. list],
                _ => [],
            };
            entries.Add(items is [var key, var value] ? (key, value) : throw damaged("an OrderedDict has an entry that is no pair"));
        }

        return entries;
    }

    private static TorchTensor Tensor(TorchStorage storage, long offset, long[] shape, long[] strides, Func<string, PasException> damaged)
    {
        if (shape.Length != strides.Length || offset < 0)
        {
            throw damaged("a tensor's shape and strides do not go together");
        }

        if (shape.Contains(0))
        {
            return new TorchTensor(storage, offset, shape, strides, 0);
        }

        // The last element that the view reaches must lie in the storage, and a view that shows numbers again and again asks for more than there is.
        var (last, elements) = ((Int128)offset, (Int128)1);
        for (var i = 0; i < shape.Length; i++)
        {
            last += (Int128)(shape[i] - 1) * strides[i];
            elements = elements > storage.Elements ? elements : elements * shape[i];
        }

        return last >= storage.Elements ? throw damaged("a tensor reaches past its storage")
            : elements > storage.Elements ? throw damaged(FormattableString.Invariant($"a tensor shows the {storage.Elements} numbers of its storage more than once, up to {elements} in all"))
            : new TorchTensor(storage, offset, shape, strides, (long)elements);
    }

    private static long[] Sizes(PickleTuple tuple, Func<string, PasException> damaged) => tuple.Items.Length <= MostDimensions
        ? [.. tuple.Items.Select(item => item is long size and >= 0 and <= int.MaxValue ? size : throw damaged("a tensor's shape is not valid"))]
        : throw damaged(FormattableString.Invariant($"a tensor has more than {MostDimensions} dimensions"));

    private static string Shown(PickleGlobal function) => Engine.Files.SafeTensorsHeader.Quote(function.ToString()).Trim('\'');
}
