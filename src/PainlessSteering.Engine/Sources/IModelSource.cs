using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// What a model is read from: a folder or a file in one format. It accounts for every key and file of its format: each is used, or stands in
/// <see cref="Unused"/> with the reason, or is refused by name because it would change what the model computes. Everything is read
/// when it is first asked for. Not safe for concurrent use.
/// </summary>
public interface IModelSource : IDisposable
{
    /// <summary>The folder or file.</summary>
    string Path { get; }

    /// <summary>Shapes and flags of the model.</summary>
    /// <exception cref="PasException">A key is missing, wrong, contradicts another, or is not understood.</exception>
    ModelConfig Config { get; }

    /// <summary>Whether there is a tokenizer.</summary>
    bool HasTokenizer { get; }

    /// <summary>The model's tokenizer.</summary>
    /// <exception cref="PasException">There is none, or it is damaged or not supported.</exception>
    Tokenizer Tokenizer { get; }

    /// <summary>How the model wants a chat written; null where it does not say.</summary>
    /// <exception cref="PasException">The template cannot be parsed.</exception>
    ChatTemplate? ChatTemplate { get; }

    /// <summary>The weights, by the names that the model's family has for them.</summary>
    /// <exception cref="PasException">There are none, or they are damaged.</exception>
    Checkpoint Weights { get; }

    /// <summary>Identifies the weights; see <see cref="Checkpoint.Fingerprint"/>.</summary>
    string Fingerprint => Weights.Fingerprint;

    /// <summary>What the source holds and does not use, and why.</summary>
    IReadOnlyList<UnusedPart> Unused { get; }

    /// <summary>What the format cannot say of a model although the model may have it: it is computed without.</summary>
    IReadOnlyList<string> Unsaid => [];
}
