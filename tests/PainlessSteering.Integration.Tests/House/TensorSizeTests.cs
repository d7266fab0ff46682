using Mono.Cecil;
using Mono.Cecil.Cil;
using PainlessSteering.Engine;
using static PainlessSteering.Tests.House.CompiledCode;

namespace PainlessSteering.Tests.House;

/// <summary>
/// TorchSharp's <c>Tensor.shape</c> makes an array, a delegate for native code and work for the finalizer: half a microsecond, which was a
/// fifth of decoding. The engine asks for a single size by <c>Tensor.size</c>, which makes nothing.
/// </summary>
public class TensorSizeTests
{
    [Fact]
    public void TheEngineTakesNoSizeOutOfAWholeShape()
    {
        using var ours = AssemblyDefinition.ReadAssembly(typeof(CausalLM).Assembly.Location);
        var methods = Methods(ours).ToArray();
        Assert.Contains(methods.SelectMany(Calls), call => call.Operand is MethodReference { Name: "size" });
        Assert.Equal([], from method in methods
                         from call in Calls(method)
                         where call.Operand is MethodReference { Name: "get_shape" or "size", ReturnType: ArrayType } && call.Next.Next?.OpCode.Code is Code.Ldelem_I8
                         select $"{method.DeclaringType.FullName}.{method.Name}");
    }
}
