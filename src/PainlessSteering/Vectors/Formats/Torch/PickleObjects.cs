namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>A name of Python that a pickle mentions. It is only a name: nothing is imported.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A list; mutable, since a pickle fills it after it was made.</summary>
internal sealed class PickleList : List<object?>;

/// <summary>A dict or OrderedDict: pairs in order.</summary>
internal sealed class PickleDictionary : List<(object? Key, object? Value)>;

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>The memory of tensors, which lies outside the pickle.</summary>
/// <param name="Type">Torch's name of the class, e.g. <c>FloatStorage</c>.</param>
/// <param name="Key">Its name in the file.</param>
/// <param name="Elements">How many numbers it is said to hold.</param>
internal sealed record TorchStorage(string Type, string Key, long Elements);

/// <summary>A view of a storage, inside it and with no more numbers than it has.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Its first number there.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Strides">From one number of a dimension to the next.</param>
/// <param name="Elements">How many numbers it has.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides, long Elements);
