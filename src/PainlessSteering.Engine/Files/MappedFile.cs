using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files;

/// <summary>
/// A file's bytes as tensors. A small file is read whole, so that nothing that happens to it later matters. Of a larger one tensors are views over a private
/// memory map: pages are read when they are used, and writing to a tensor never changes the file.
/// </summary>
/// <param name="file">The file; not closed here.</param>
internal sealed class MappedFile(OpenedFile file) : IDisposable
{
    private readonly Dictionary<ScalarType, Tensor> _wholes = [];

    /// <summary>Elements from a place on; the view stays valid after the file is closed.</summary>
    /// <param name="offset">First byte, a multiple of an element's size.</param>
    /// <param name="elements">How many.</param>
    /// <param name="type">Their type.</param>
    /// <param name="size">Bytes of one.</param>
    /// <exception cref="PasException">The file was written to since it was opened.</exception>
    public Tensor View(long offset, long elements, ScalarType type, int size)
    {
        if (!file.IsSmall)
        {
            file.EnsureUnchanged(); // What was cut off since then would end the process.
        }

        if (!_wholes.TryGetValue(type, out var whole))
        {
            whole = (file.IsSmall ? Copy(type, size) : from_file(file.PathOfDescriptor, shared: false, file.Length / size, type)).DetachFromDisposeScope();
            _wholes.Add(type, whole);
        }

        return whole.narrow(0, offset / size, elements);
    }

    public void Dispose()
    {
        foreach (var whole in _wholes.Values)
        {
            whole.Dispose();
        }

        _wholes.Clear();
    }

    private Tensor Copy(ScalarType type, int size)
    {
        var copy = empty(file.Length / size, type);
        TensorBytes.Visit(copy, file.Fill);
        return copy;
    }
}
