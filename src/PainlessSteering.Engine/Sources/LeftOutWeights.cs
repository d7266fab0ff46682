using System.Globalization;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// Accounts for the weights that a model did not take: each is known to be no part of what it computes, or the model is refused. A
/// bias that nobody asked for would otherwise be passed over in silence.
/// </summary>
internal static class LeftOutWeights
{
    private const string Images = "of the part that sees", Sounds = "of the part that hears", Drafts = "of layers that draft tokens";

    /// <summary>Parts of names, and why what has them is left out.</summary>
    private static readonly (string Part, string Reason)[] Known =
    [
        ("rotary_emb.inv_freq", "the configuration gives it"),
        ("vision_tower.", Images),
        ("vision_model.", Images),
        ("multi_modal_projector.", Images),
        ("visual.", Images),
        ("vit_large_projector.", Images),
        ("vision_adapter.", Images),
        ("vision_projection.", Images),
        ("audio_tower.", Sounds),
        ("mtp.", Drafts),
    ];

    /// <summary>Why a weight of this name may be left out; null where it may not.</summary>
    public static string? Reason(string name, Checkpoint weights, ModelConfig config) => IsOfDrafts(name, weights, config) ? Drafts : Known.FirstOrDefault(known => name.StartsWith(known.Part, StringComparison.Ordinal) || name.Contains("." + known.Part, StringComparison.Ordinal)).Reason;

    /// <exception cref="PasException">A weight was not taken that may be part of the model.</exception>
    public static void Check(Checkpoint weights, ModelConfig config)
    {
        foreach (var name in weights.NotLoaded.Where(name => Reason(name, weights, config) is null && !(config.TiedEmbeddings && name == StoredConfig.NameOf(config)) && !IsNothing(weights, name)))
        {
            throw new PasException(
                "the model has a weight that its configuration does not ask for", weights.PlaceOf(name), found: $"a tensor of {string.Join(" x ", weights.ShapeOf(name))}", remedy: "is the configuration the one of these weights?")
            { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>Whether it is of a layer behind the last that drafts tokens: one in which a token's embedding and what is known of the text before it meet.</summary>
    private static bool IsOfDrafts(string name, Checkpoint weights, ModelConfig config)
    {
        var blocks = $"{config.Names.Prefix}{config.Names.Blocks}.";
        return name.StartsWith(blocks, StringComparison.Ordinal)
            && name.IndexOf('.', blocks.Length) is > 0 and var end
            && int.TryParse(name.AsSpan(blocks.Length, end - blocks.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            && layer >= config.Layers && weights.Has($"{name[..end]}.eh_proj.weight");
    }

    /// <summary>Whether a tensor is a bias of zeros, which some tools store beside every weight that they quantise.</summary>
    private static bool IsNothing(Checkpoint weights, string name)
    {
        if (!name.EndsWith(".bias", StringComparison.Ordinal))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        var bias = weights.Stored(name);
        var isNothing = bias.Tensor.count_nonzero().item<long>() == 0;
        bias.Drop();
        return isNothing;
    }
}
