using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands.Chats;

/// <summary>The vector of a chat and whether it is on.</summary>
/// <param name="model">The model to steer.</param>
/// <param name="applied">The vector to begin with; null for none.</param>
/// <param name="force">Accept vectors that were fitted on other weights.</param>
internal sealed class ChatSteering(CausalLM model, AppliedVector? applied, bool force)
{
    private AppliedVector? _applied = applied;
    private bool _isOn = applied is not null;

    /// <summary>What steers the next answer.</summary>
    public IReadOnlyList<AppliedVector> Vectors => _isOn ? [_applied!] : [];

    /// <summary>What steers an answer that is to be compared with an unsteered one.</summary>
    /// <exception cref="PasException">There is no vector.</exception>
    public IReadOnlyList<AppliedVector> ToCompare => [Applied];

    /// <summary>In words, such as <c>steered: iPASwo at residual of layer 8, strength 4</c>.</summary>
    public string Description => (_applied, _isOn) switch
    {
        (null, _) => "unsteered; /vector FILE loads a vector",
        (_, false) => $"unsteered; /strength switches {VectorReport.InWords(_applied.Vector, _applied.Strength)} on",
        _ => $"steered: {VectorReport.InWords(_applied.Vector, _applied.Strength)}",
    };

    private AppliedVector Applied => _applied ?? throw new PasException("there is no vector", remedy: "load one with /vector FILE");

    /// <summary>Reads a vector and switches it on.</summary>
    /// <exception cref="PasException">It cannot be read, or is another model's.</exception>
    public void Load(string path)
    {
        var vector = SafetensorsFormat.Read(path);
        vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, force);
        (_applied, _isOn) = (new AppliedVector(vector, null, _applied?.TokenRuleOverride), true);
    }

    /// <summary>Switches the vector on, with another strength if one is given.</summary>
    /// <exception cref="PasException">It is no number, or there is no vector.</exception>
    public void SetStrength(string text)
    {
        if (text.Length > 0)
        {
            try
            {
                _applied = Applied with { StrengthOverride = FitArtifact.Factor(Applied.Vector, SteeringStrength.Parse(text)) };
            }
            catch (PasException e) when (e.Expected is not null)
            {
                throw e.At("/strength");
            }
        }

        _isOn = Applied is not null;
    }

    /// <summary>Answers are unsteered from here on.</summary>
    public void SwitchOff() => _isOn = false;
}
