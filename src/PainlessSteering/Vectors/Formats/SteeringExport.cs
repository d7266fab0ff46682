using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Writes a vector for other programs, its strength folded into the numbers. What a format cannot say is refused with what would change,
/// unless that is accepted here.
/// </summary>
/// <param name="AcceptAllPositions">A vector that was fitted to steer last tokens may steer every token.</param>
/// <param name="AcceptBlockOutput">A vector of the attention's output may be added at the end of its block, where the block's MLP no longer sees it.</param>
/// <param name="AcceptAllPrompts">A vector that acts on some prompts only may steer every prompt.</param>
public sealed record SteeringExport(bool AcceptAllPositions = false, bool AcceptBlockOutput = false, bool AcceptAllPrompts = false)
{
    /// <summary>Names of the formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = [ControlVectorFormat.Name, PlainSafetensorsFormat.Name];

    // What made the vector, and what steers with it, which this folder does not know.
    private const string Layers = "Layers", Sites = "Sites", Steered = "TokenRuleOverride";

    /// <summary>Families that add the MLP's output to the residual stream as it is, so that adding to one or the other is the same.</summary>
    internal static readonly string[] PlainSum = ["LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"];

    /// <summary>Writes the file atomically.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="model">The model's shape; needed for a vector of the MLP's output in GGUF.</param>
    /// <returns>What a reader of the file must know: the folded strength, and what was accepted.</returns>
    /// <exception cref="PasException">The format cannot express the vector.</exception>
    public IReadOnlyList<string> Write(string path, SteeringVector vector, string format, ModelConfig? model = null)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var directions = Directions(path, vector);
        var notes = new List<string> { FormattableString.Invariant($"the strength {vector.Strength} is folded in: 1 times the vector is as fitted") };
        EnsureUnconditional(path, vector, notes);
        if (format == PlainSafetensorsFormat.Name)
        {
            PlainSafetensorsFormat.Write(path, vector, directions);
            return notes;
        }

        if (format != ControlVectorFormat.Name)
        {
            throw new PasException("no such format", expected: string.Join(" or ", Formats), found: $"'{format}'") { Setting = nameof(format) };
        }

        EnsureExpressible(path, vector, model, notes);
        ControlVectorFormat.Write(path, model?.Architecture ?? vector.Provenance?.Model ?? "unknown", directions);
        return notes;
    }

    /// <summary>What is added at each block. No other program's format knows more than one addition a block, at one site.</summary>
    private static IReadOnlyList<(int Layer, float[] Values)> Directions(string path, SteeringVector vector)
    {
        if (vector.Edits.FirstOrDefault(edit => edit.Operation != SteeringOperation.Add) is { } other)
        {
            throw Refusal(path, $"no other program's format knows the operation '{other.Operation}'", "a vector that is added", "added, it would be another intervention; fit with the operation add");
        }

        if (vector.Edits.Select(edit => edit.Site).Distinct().Count() > 1 || vector.Edits.Select(edit => edit.Layer).Distinct().Count() < vector.Edits.Count)
        {
            throw Refusal(path, "no other program's format knows several additions a block, or several sites", "one addition a block, all at one site", $"it has {VectorWords.Edits(vector)}");
        }

        return [.. vector.Edits.Select(edit => (edit.Layer, VectorArithmetic.Folded(edit, vector.Strength)))];
    }

    private void EnsureUnconditional(string path, SteeringVector vector, List<string> notes)
    {
        if (vector.Condition is not null)
        {
            Accept(AcceptAllPrompts, path, "no other program's format has a condition, and this vector acts on some prompts only", "a vector without a condition",
                $"every prompt would be steered; {SettingName.Of(nameof(AcceptAllPrompts))} accepts that", notes, "every prompt is steered, not only those that meet the condition");
        }
    }

    private void EnsureExpressible(string path, SteeringVector vector, ModelConfig? model, List<string> notes)
    {
        var site = vector.Edits[0].Site;
        if (vector.Edits.Any(edit => edit.Layer == 0))
        {
            throw Refusal(path, "llama.cpp does not steer block 0", "a vector of block 1 or later", $"moved to block 1 it would act one block later; fit with {SettingName.Of(Layers)} from 1 on");
        }

        if (site == SteeringSite.PostAttentionLayerNorm)
        {
            throw Refusal(path, "llama.cpp steers the output of blocks, and this vector steers the normalised input of an MLP", "site residual or mlp", $"at the block's output it would be another intervention, in another scale; fit with {SettingName.Of(Sites)} residual");
        }

        if (site == SteeringSite.SelfAttention)
        {
            Accept(AcceptBlockOutput, path, "llama.cpp steers the output of blocks, and this vector steers the output of an attention", "site residual or mlp",
                $"added at the block's output, the same block's MLP would not see it, later blocks would; {SettingName.Of(nameof(AcceptBlockOutput))} accepts that", notes, "moved from the attention's output to the block's: the block's own MLP does not see it");
        }

        if (site == SteeringSite.Mlp)
        {
            EnsurePlainSum(path, model);
            notes.Add("the output of the MLP is added to the block's as it is, so that adding there is the same");
        }

        if (vector.TokenRule == TokenRule.Last)
        {
            Accept(AcceptAllPositions, path, "llama.cpp steers every token, and this vector steers the last token of the prompt and each new one", "a vector for all positions",
                $"the tokens of the prompt would be steered too, which changes what is generated; {SettingName.Of(nameof(AcceptAllPositions))} accepts that, and {SettingName.Of(Steered)} shows it", notes, "every token is steered, not only the prompt's last and the new ones");
        }
    }

    private static void EnsurePlainSum(string path, ModelConfig? model)
    {
        if (model is null)
        {
            throw Refusal(path, "whether the MLP's output is added to the block's as it is depends on the model", $"{SettingName.Of(nameof(model))} with the vector's model", "where a norm follows the MLP, the vector would not be normalised with its output");
        }

        if (!PlainSum.Contains(model.Architecture))
        {
            throw Refusal(path, $"in {model.Architecture} the MLP's output may pass a norm before it is added", "a vector of the site residual", $"at the block's output the vector would skip that norm; fit with {SettingName.Of(Sites)} residual");
        }
    }

    private static void Accept(bool accepted, string path, string what, string expected, string change, List<string> notes, string note)
    {
        if (!accepted)
        {
            throw Refusal(path, what, expected, change);
        }

        notes.Add(note);
    }

    private static PasException Refusal(string path, string what, string expected, string change) => new($"cannot write this vector for other programs: {what}", path, expected, remedy: change) { Code = ErrorCodes.NotSupported };
}
