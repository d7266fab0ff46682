namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>The stored tensors that make up one weight: its codes, and of those beside them what the format asks for.</summary>
/// <param name="all">Every tensor of the folder, by name.</param>
/// <param name="codes">The one that may be a weight's codes.</param>
internal sealed class WeightParts(IReadOnlyDictionary<string, StoredTensor> all, StoredTensor codes)
{
    private readonly List<StoredTensor> _taken = [codes];

    public StoredTensor Codes => codes;

    /// <summary>What was asked for and is there; the codes first.</summary>
    public IReadOnlyList<StoredTensor> Taken => _taken;

    /// <summary>The module that the codes are of: their name without its last part.</summary>
    public string Module => codes.Name[..Math.Max(0, codes.Name.LastIndexOf('.'))];

    /// <summary>The last part of the codes' name, with the dot.</summary>
    public string Part => codes.Name[Module.Length..];

    /// <summary>A tensor of the weight; null where there is none of this name.</summary>
    public StoredTensor? Find(string name)
    {
        var found = all.GetValueOrDefault(name);
        if (found is not null && !_taken.Contains(found))
        {
            _taken.Add(found);
        }

        return found;
    }

    /// <exception cref="PasException">There is none of this name.</exception>
    public StoredTensor Require(string name) => Find(name) ?? throw new PasException(
        "a tensor of the quantised weight is missing", codes.Place, $"beside it '{name}'", remedy: "the file is not complete, or the configuration is not the one of these weights")
    { Code = ErrorCodes.FileDamaged };
}
