using Mono.Cecil;
using Mono.Cecil.Cil;

namespace PainlessSteering.Tests.House;

/// <summary>What a compiled assembly does, for rules that its source does not show.</summary>
internal static class CompiledCode
{
    public static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    public static IEnumerable<Instruction> Calls(MethodDefinition method) =>
        method.Body.Instructions.Where(instruction => instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj);
}
