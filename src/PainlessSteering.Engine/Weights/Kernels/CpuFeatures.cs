using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>What the processor does by itself, as far as it decides which matrix kernel is fast.</summary>
internal static class CpuFeatures
{
    /// <summary>An x86-64 processor, for which oneDNN has kernels on packed weights.</summary>
    public static bool IsX64 { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Made by Intel: MKL, which libtorch uses for float32, runs at full rate on weights as they are only there.</summary>
    public static bool IsIntel { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0) is (_, 0x756e6547, 0x6c65746e, 0x49656e69); // "GenuineIntel"

    /// <summary>Multiplies bfloat16 (AVX512_BF16 or AMX); others emulate it, at a fraction of the rate of float32.</summary>
    private static bool MultipliesBFloat16 { get; } = !X86Base.IsSupported || Bit(X86Base.CpuId(7, 1).Eax, 5) || Bit(X86Base.CpuId(7, 0).Edx, 22);

    /// <summary>Whether products of this type are emulated, so that they are better computed in float32.</summary>
    public static bool Emulates(ScalarType type, Device device) =>
        type == ScalarType.BFloat16 && !MultipliesBFloat16 && device.type == TorchSharp.DeviceType.CPU;

    private static bool Bit(int register, int index) => (register >> index & 1) != 0;
}
