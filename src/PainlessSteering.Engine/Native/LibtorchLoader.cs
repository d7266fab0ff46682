using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Native;

/// <summary>
/// Makes TorchSharp's native library load on systems whose libstdc++ is older than the one it was built with
/// (Debian 12, Ubuntu 22.04, RHEL 9): it asks for the symbol version GLIBCXX_3.4.32, of which it uses nothing.
/// Where the library loads as it is, nothing is changed.
/// </summary>
/// <remarks>
/// Runs when the TorchSharp assembly is first loaded after this library, not earlier, so that a program
/// that never touches a tensor does not pay for libtorch.
/// </remarks>
internal static class LibtorchLoader
{
    private const string Shim = "LibTorchSharp";

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The native library must be ready before TorchSharp's own static constructor runs.")]
    internal static void Register()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (IsTorchSharp(assembly))
            {
                Prepare(assembly);
                return;
            }
        }

        AppDomain.CurrentDomain.AssemblyLoad += OnAssemblyLoad;
    }

    /// <summary>Whether the libtorch that is here is one for CUDA; to ask TorchSharp would make it search for one.</summary>
    public static bool HasCuda => Find("libtorch_cuda.so") is not null || Find("torch_cuda.dll") is not null;

    private static void OnAssemblyLoad(object? sender, AssemblyLoadEventArgs args)
    {
        if (IsTorchSharp(args.LoadedAssembly))
        {
            AppDomain.CurrentDomain.AssemblyLoad -= OnAssemblyLoad;
            Prepare(args.LoadedAssembly);
        }
    }

    private static bool IsTorchSharp(System.Reflection.Assembly assembly) => assembly.GetName().Name == "TorchSharp";

    private static void Prepare(System.Reflection.Assembly torchSharp)
    {
        Allocator.KeepFreedMemory();
        var shim = Find($"lib{Shim}.so");
        if (shim is null)
        {
            return; // TorchSharp's own error says best what is missing.
        }

        // The shim finds libtorch by name among the libraries already loaded, so these come first, by full path.
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
        {
            if (Find(name) is { } path)
            {
                NativeLibrary.TryLoad(path, out _);
            }
        }

        if (NativeLibrary.TryLoad(shim, out _))
        {
            return;
        }

        var image = File.ReadAllBytes(shim);
        if (!ElfVersionNeeds.MakeWeak(image, "GLIBCXX_3.4.32"))
        {
            return; // Some other reason: TorchSharp will tell.
        }

        var handle = LoadFromTemporaryFile(image);
        NativeLibrary.SetDllImportResolver(torchSharp, (name, _, _) => name == Shim ? handle : IntPtr.Zero);
    }

    private static IntPtr LoadFromTemporaryFile(byte[] image)
    {
        var folder = TemporaryName.Scratch("native");
        try
        {
            var path = Path.Combine(folder.FullName, $"lib{Shim}.so");
            File.WriteAllBytes(path, image);
            return NativeLibrary.Load(path);
        }
        finally
        {
            folder.Delete(recursive: true); // The mapping outlives the file.
        }
    }

    private static string? Find(string fileName)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory);
        return folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);
    }
}
