using System.Runtime.CompilerServices;

namespace PainlessSteering.Tests;

/// <summary>Loads the library before any test, whichever comes first: it is what makes TorchSharp load on older systems.</summary>
internal static class LibraryFirst
{
    [ModuleInitializer]
    internal static void Load() => RuntimeHelpers.RunModuleConstructor(typeof(Engine.CausalLM).Module.ModuleHandle);
}
