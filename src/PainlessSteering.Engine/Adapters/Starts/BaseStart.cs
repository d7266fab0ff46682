using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Starts;

/// <summary>
/// What some methods take from a weight before they train an adapter on the rest. PEFT does so again whenever it loads the adapter, so that an
/// adapter on the whole weight would be another model.
/// </summary>
internal abstract class BaseStart
{
    private const string Key = "init_lora_weights";

    /// <summary>Every start. A new one is one file and one entry here.</summary>
    private static readonly IReadOnlyList<BaseStart> All = [new PissaStart(), new OloraStart(), new KasaStart()];

    /// <summary>Starts that leave the weights alone.</summary>
    private static readonly string[] Harmless = ["gaussian", "eva", "orthogonal", "mica"];

    /// <summary>What it is called in the configuration and in fingerprints.</summary>
    public abstract string Name { get; }

    /// <summary>The start that an adapter's configuration asks for, or null.</summary>
    /// <exception cref="PasException">It cannot be done again, or is not known.</exception>
    public static BaseStart? Of(ConfigFile config)
    {
        var text = config.IsText(Key) ? config.Text(Key) : null;
        var starts = All.Where(start => start.IsMeant(config, text)).ToArray();
        if (starts.Length > 1 || (text is not null && !starts.Any(start => start.IsCalled(text)) && !Harmless.Contains(text, StringComparer.OrdinalIgnoreCase)))
        {
            throw config.Unsupported(Key, text!, $"true, false, {string.Join(", ", Harmless)}, pissa or olora: others change the base weights in a way that cannot be done again; convert the adapter to plain LoRA with PEFT first");
        }

        return starts.FirstOrDefault();
    }

    /// <summary>What is left of a weight, in the caller's dispose scope.</summary>
    /// <param name="weight">[out, in], float32 or float64.</param>
    /// <param name="rank">Of the adapter.</param>
    /// <param name="scale">Factor of the adapter's product.</param>
    public abstract Tensor Of(Tensor weight, int rank, double scale);

    /// <summary>Whether the configuration asks for it.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="start">Its word for how training began, or null.</param>
    protected virtual bool IsMeant(ConfigFile config, string? start) => IsCalled(start);

    private bool IsCalled(string? start) => string.Equals(start, Name, StringComparison.OrdinalIgnoreCase);
}
