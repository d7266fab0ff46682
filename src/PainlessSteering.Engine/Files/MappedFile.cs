using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>A private memory map of a file: tensors are views, pages are read when they are used, and writing to a tensor never changes the file.</summary>
/// <param name="path">The file.</param>
/// <param name="length">Its bytes.</param>
internal sealed class MappedFile(string path, long length) : IDisposable
{
    private readonly Dictionary<ScalarType, Tensor> _maps = [];

    /// <summary>Elements from a place on; the view stays valid after the map is closed.</summary>
    /// <param name="offset">First byte, a multiple of an element's size.</param>
    /// <param name="elements">How many.</param>
    /// <param name="type">Their type.</param>
    /// <param name="size">Bytes of one.</param>
    public Tensor View(long offset, long elements, ScalarType type, int size)
    {
        if (!_maps.TryGetValue(type, out var map))
        {
            map = from_file(path, shared: false, length / size, type).DetachFromDisposeScope();
            _maps.Add(type, map);
        }

        return map.narrow(0, offset / size, elements);
    }

    public void Dispose()
    {
        foreach (var map in _maps.Values)
        {
            map.Dispose();
        }

        _maps.Clear();
    }
}
