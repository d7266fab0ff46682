using System.Globalization;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>What the tensors of a GGUF file are called by the family that computes them.</summary>
/// <param name="Whole">Names of the tensors that are not a block's, without <c>.weight</c>; null for one that is no weight of the model.</param>
/// <param name="OfBlock">The same for those of a block, without what stands before them.</param>
/// <param name="Block">What stands before the family's names of block N, with <c>{0}</c> for N.</param>
internal sealed record GgufNames(IReadOnlyDictionary<string, GgufName?> Whole, IReadOnlyDictionary<string, GgufName?> OfBlock, string Block)
{
    /// <summary>The tensors by the family's names.</summary>
    /// <exception cref="PasException">A tensor has a name that the architecture does not have.</exception>
    public IReadOnlyDictionary<string, (GgufTensor Tensor, int PairedHeads)> Map(GgufFile file)
    {
        var found = new Dictionary<string, (GgufTensor, int)>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors.Values)
        {
            if (NameOf(file, tensor.Name) is { } name)
            {
                found.Add(name.Name, (tensor, name.PairedHeads));
            }
        }

        return found;
    }

    private GgufName? NameOf(GgufFile file, string tensor)
    {
        var end = tensor.LastIndexOf('.');
        var (name, kind) = end < 0 ? (tensor, "") : (tensor[..end], tensor[end..]);
        if (kind is ".weight" or ".bias" && Whole.TryGetValue(name, out var whole))
        {
            return whole is null ? null : whole with { Name = whole.Name + kind };
        }

        if (kind is ".weight" or ".bias" && name.Split('.', 3) is ["blk", var number, var part] && OfBlock.TryGetValue(part, out var ofBlock)
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var block))
        {
            return ofBlock is null ? null : ofBlock with { Name = string.Create(CultureInfo.InvariantCulture, $"{string.Format(CultureInfo.InvariantCulture, Block, block)}{ofBlock.Name}{kind}") };
        }

        throw new PasException(
            "the tensor is not one of this architecture, and may change what the model computes", $"{file.Path}, tensor '{tensor}'", found: file.Metadata.Text("general.architecture"), remedy: "get the model in another format")
        { Code = ErrorCodes.NotSupported };
    }
}

/// <summary>What a tensor is called by its family.</summary>
/// <param name="Name">The family's name, without <c>.weight</c>.</param>
/// <param name="PairedHeads">
/// Heads in whose rows the file has the two elements that turn together side by side, where the family has them half a head apart; 0 for
/// rows in the family's order.
/// </param>
internal sealed record GgufName(string Name, int PairedHeads = 0);
