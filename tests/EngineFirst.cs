using System.Runtime.CompilerServices;
using PainlessSteering.Engine;

namespace PainlessSteering.Tests;

/// <summary>Loads the engine before any test, whichever comes first: it is what makes TorchSharp load on older systems.</summary>
internal static class EngineFirst
{
    [ModuleInitializer]
    internal static void Load() => RuntimeHelpers.RunModuleConstructor(typeof(CausalLM).Module.ModuleHandle);
}
