namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>A form of file of <c>torch.save</c>: a pickle, and the storages that it refers to.</summary>
internal interface ITorchStorages : IDisposable
{
    /// <summary>What the pickle made.</summary>
    object? Root { get; }

    /// <summary>Names of storages that no tensor refers to.</summary>
    IEnumerable<string> Unused { get; }

    /// <summary>The bytes of a storage.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="length">How many it must have.</param>
    byte[] Read(TorchStorage storage, int length);
}
