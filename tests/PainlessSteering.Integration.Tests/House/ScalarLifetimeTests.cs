using Mono.Cecil;
using Mono.Cecil.Cil;
using static PainlessSteering.Tests.House.CompiledCode;

namespace PainlessSteering.Tests.House;

/// <summary>
/// TorchSharp makes a <c>Scalar</c> of each number that an operator is given, and does not keep it alive until libtorch has read it: the
/// collector may free it before, and then libtorch computes with whatever lies there. So numbers are made once and kept, in a
/// field or by <c>using</c>, and operators that make one of their own are not called. Read from the compiled code, because
/// the source does not show which do.
/// </summary>
public class ScalarLifetimeTests
{
    private const string Scalar = "TorchSharp.Scalar";

    [Theory]
    [InlineData(typeof(PainlessSteering.Engine.CausalLM))]
    [InlineData(typeof(PasPipeline))]
    [InlineData(typeof(PainlessSteering.Training.SftTrainer))]
    [InlineData(typeof(PainlessSteering.Studies.StudyRunner))]
    [InlineData(typeof(PainlessSteering.Server.PasServer))]
    [InlineData(typeof(PainlessSteering.Cli.Commands.DemoCommand))]
    public void NoNumberCanBeLostBeforeItIsRead(Type of)
    {
        using var torch = AssemblyDefinition.ReadAssembly(typeof(TorchSharp.torch).Assembly.Location);
        using var ours = AssemblyDefinition.ReadAssembly(of.Assembly.Location);
        var careless = Careless(torch);
        Assert.Contains(careless, name => name.Contains("Tensor::op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', from method in Methods(ours)
                                           from call in Calls(method)
                                           let called = (MethodReference)call.Operand
                                           where careless.Contains(called.FullName) || (Makes(called) && !IsKept(method, call.Next))
                                           select $"{method.DeclaringType.FullName}.{method.Name} calls {called.FullName}"));
    }

    /// <summary>Methods of TorchSharp that make a number on the way, or call one that does.</summary>
    private static HashSet<string> Careless(AssemblyDefinition torch)
    {
        var methods = Methods(torch).Where(method => method.DeclaringType.FullName != Scalar && !Makes(method)).ToList();
        var careless = new HashSet<string>();
        int before;
        do
        {
            before = careless.Count;
            careless.UnionWith(methods
                .Where(method => Calls(method).Any(call => (MethodReference)call.Operand is var called && (Makes(called) || careless.Contains(called.FullName))))
                .Select(method => method.FullName));
        }
        while (careless.Count > before);
        return careless;
    }

    private static bool Makes(MethodReference method) => method.Name is "op_Implicit" or "ToScalar" && method.ReturnType.FullName == Scalar;

    private static bool IsKept(MethodDefinition method, Instruction store) =>
        store.OpCode.Code is Code.Stfld or Code.Stsfld
        || (Local(method, store, "stloc") is { } local
            && Calls(method).Any(call => ((MethodReference)call.Operand).Name == "Dispose" && Local(method, call.Previous, "ldloc") == local));

    private static VariableDefinition? Local(MethodDefinition method, Instruction instruction, string code)
    {
        var name = instruction.OpCode.Name;
        return !name.StartsWith(code, StringComparison.Ordinal) ? null
            : instruction.Operand as VariableDefinition ?? method.Body.Variables[name[^1] - '0'];
    }
}
