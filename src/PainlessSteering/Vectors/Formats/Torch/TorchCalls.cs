namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>The calls that a pickle of tensors makes, each answered by data. There is no other.</summary>
internal static class TorchCalls
{
    private const string Storages = "Storage";

    /// <summary>What a call gives.</summary>
    /// <param name="function">The name that is called.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="damaged">Makes the error.</param>
    public static object Call(PickleGlobal function, object?[] arguments, Func<string, PasException> damaged) => function switch
    {
        { Module: "collections", Name: "OrderedDict" } => Entries(arguments, damaged),
        { Module: "torch._utils", Name: "_rebuild_tensor_v2" or "_rebuild_tensor" } when arguments is [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..] =>
            Tensor(storage, offset, Sizes(shape, damaged), Sizes(strides, damaged), damaged),
        { Module: "torch._utils", Name: "_rebuild_parameter" } when arguments is [TorchTensor tensor, ..] => tensor,
        { Module: "torch", Name: "Size" } when arguments is [PickleTuple sizes] => sizes,
        { Module: "torch", Name: "device" } => function,
        _ => throw damaged($"the pickle calls '{Shown(function)}', which this program does not do"),
    };

    /// <summary>The storage that <c>('storage', class, key, device, elements)</c> stands for.</summary>
    public static TorchStorage Storage(object? identity, Func<string, PasException> damaged) => identity is PickleTuple { Items: ["storage", PickleGlobal { Module: "torch" } type, string key, string, long elements, ..] }
        && type.Name.EndsWith(Storages, StringComparison.Ordinal) && elements >= 0
        ? new TorchStorage(type.Name, key, elements)
        : throw damaged("the pickle refers to something outside that is no storage of numbers");

    private static PickleDictionary Entries(object?[] arguments, Func<string, PasException> damaged)
    {
        var entries = new PickleDictionary();
        foreach (var pair in arguments is [PickleList pairs] ? pairs : [])
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

        // The last element that the view reaches must lie in the storage.
        var last = (Int128)offset;
        for (var i = 0; i < shape.Length; i++)
        {
            last += (Int128)Math.Max(0, shape[i] - 1) * strides[i];
        }

        return shape.Contains(0) || last < storage.Elements ? new TorchTensor(storage, offset, shape, strides) : throw damaged("a tensor reaches past its storage");
    }

    private static long[] Sizes(PickleTuple tuple, Func<string, PasException> damaged) =>
        [.. tuple.Items.Select(item => item is long size and >= 0 and <= int.MaxValue ? size : throw damaged("a tensor's shape is not valid"))];

    private static string Shown(PickleGlobal function) => Engine.Files.SafeTensorsHeader.Quote(function.ToString()).Trim('\'');
}
