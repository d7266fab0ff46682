using PainlessSteering.Engine.Adapters.Peft;

namespace PainlessSteering.Engine.Adapters;

/// <summary>What an adapter's configuration says of its file, so that a file that is not complete is found out.</summary>
/// <param name="Targets">Modules whose weights are changed.</param>
/// <param name="Ending">What the name of a module's first tensor in the file ends in.</param>
/// <param name="Tensors">Tells tensors of the model that are changed beside these, by their names.</param>
/// <param name="PlaceOf">File and name of a tensor of the adapter, for errors.</param>
internal sealed record AdapterContent(ModuleTargets Targets, string Ending, IReadOnlyList<Func<string, bool>> Tensors, Func<string, string> PlaceOf)
{
    private const string Weight = ".weight";

    /// <summary>The place of the tensor that the file lacks for one of a model; null where it lacks none.</summary>
    /// <param name="tensor">A tensor of the model that the adapter does not change.</param>
    /// <param name="dimensions">Of the tensor.</param>
    /// <param name="head">The LM head's module, where it matters.</param>
    public string? Missing(string tensor, int dimensions, Func<string> head)
    {
        if (Tensors.Any(isOne => isOne(tensor)))
        {
            return PlaceOf(tensor);
        }

        if (dimensions != 2 || !tensor.EndsWith(Weight, StringComparison.Ordinal))
        {
            return null;
        }

        var module = tensor[..^Weight.Length];
        var meant = Targets.MeansAllLinear ? !module.Contains("embed", StringComparison.Ordinal) && Targets.Includes(module, head()) : Targets.Includes(module);
        return meant ? PlaceOf(module + Ending) : null;
    }

    /// <summary>Whether a module is named that is none of these: a head that is the embedding has no weight of its own.</summary>
    public bool NamesOther(IEnumerable<string> tensors) => Targets.Names is { Count: > 0 } names
        && names.Any(name => !tensors.Any(tensor => tensor.EndsWith(Weight, StringComparison.Ordinal) && ModuleNames.IsIn([name], tensor[..^Weight.Length])));
}
