using PainlessSteering.Engine.Native;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>Where a model is computed where nobody says: on a GPU that the loaded libtorch knows, if the model fits there, else on the CPU.</summary>
internal static class FittingDevice
{
    /// <summary>What there is.</summary>
    /// <param name="Name">What libtorch calls the kind of device.</param>
    /// <param name="Free">Bytes that it has left; null where nothing says.</param>
    public readonly record struct Gpu(string Name, long? Free);

    /// <summary>The device's name, and a line about it; null where there is nothing to say.</summary>
    /// <param name="gpu">The GPU; null where there is none.</param>
    /// <param name="need">Bytes that the model needs there.</param>
    public static (string Device, string? Line) Of(Gpu? gpu, long need) => gpu is not { } device ? ("cpu", null)
        : device.Free is { } free && free < need ? ("cpu", $"computing on the CPU: the model needs {ByteSize.Show(need)}, and {device.Name} has {ByteSize.Show(free)} left")
        : (device.Name, $"computing on {device.Name}");

    /// <summary>The GPU that the loaded libtorch knows; null where there is none.</summary>
    public static Gpu? Find() =>
        LibtorchLoader.HasCuda && cuda_is_available() ? new("cuda", CudaMemory.Free())
        : OperatingSystem.IsMacOS() && mps_is_available() ? new("mps", MachineMemory.Free())
        : null;
}
