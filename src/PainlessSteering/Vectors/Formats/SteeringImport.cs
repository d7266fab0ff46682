using System.Globalization;
using System.Security.Cryptography;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Vectors.Formats.Torch;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Vectors that other programs wrote: llama.cpp's control vectors (GGUF), safetensors, and <c>.pt</c> files, such as those of the paper's released code, of
/// the library steering-vectors and of the evaluation harness, which are read without executing anything. Every key of a file is used, or told as not
/// used, or the file is refused.
/// </summary>
/// <param name="Layer">0-based block, where the file does not tell it, or to choose one of several.</param>
/// <param name="Site">Where in a block; where the file does not tell it, the residual stream.</param>
/// <param name="Strength">Factor; where the file does not tell it, 1.</param>
/// <param name="TokenRule">Tokens; where the file does not tell it, the last one.</param>
public sealed record SteeringImport(int? Layer = null, SteeringSite? Site = null, double? Strength = null, TokenRule? TokenRule = null)
{
    /// <summary>No model is wider.</summary>
    internal const int LongestVector = 1 << 20;

    /// <summary>Vectors for every block of the largest models, in float64, are not half as long.</summary>
    internal const int LongestFile = 1 << 28;

    /// <summary>Reads a file for a model.</summary>
    /// <param name="path">The file; its content tells its format.</param>
    /// <param name="model">The model's folder or file, whose shape the vectors must fit.</param>
    /// <param name="adapter">Folder of a LoRA adapter that the model has; or null.</param>
    /// <param name="name">What the vector calls the model; null for its folder's name.</param>
    /// <returns>One vector, ready to be saved, with an edit for each block that the file steers, or for the one that is asked for.</returns>
    /// <exception cref="PasException">The file is damaged or holds no vector for this model, has a key that is not understood, or more must be said about it.</exception>
    public ImportedVector Read(string path, string model, string? adapter = null, string? name = null)
    {
        using var file = Open(path);
        using var source = ModelSource.Open(model);
        using var adapted = AdaptedCheckpoint.Of(source, adapter);
        var chosen = Chosen(path, file, source.Config);
        var provenance = new SteeringProvenance(
            name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))), (adapted ?? source.Weights).Fingerprint, $"imported from {file.Format}", "sound", 0,
            Path.GetFileName(path), $"sha256:{HashOf(path)}", 0, 0, 0);

        // One factor of all of them is the vector's strength; different ones stay with the edits.
        double[] strengths = [.. chosen.Select(one => one.Strength ?? 1).Distinct()];
        if (Strength is not null && strengths.Length > 1)
        {
            throw new PasException("the file gives its blocks different strengths", path, "one", string.Join(", ", strengths.Take(12).Select(Shown)), "leave them as the file has them, and scale the vector that is written") { Setting = nameof(Strength) };
        }

        var edits = chosen.Select(one => Edit(path, one, strengths.Length > 1 ? one.Strength ?? 1 : 1));
        var strength = Strength ?? (strengths.Length > 1 ? 1 : strengths[0]);
        return new ImportedVector(new SteeringVector([.. edits], strength, TokenRule ?? RuleOf(path, chosen), provenance), file.Unused);
    }

    /// <summary>Opens a file of any of the formats.</summary>
    internal static ForeignFile Open(string path) => OpenedFile.Open(path, file =>
    {
        using (file)
        {
            if (file.Length > LongestFile)
            {
                throw new PasException("the file is too long for steering vectors", path, $"at most {LongestFile >> 20} MiB", $"{file.Length >> 20} MiB") { Code = ErrorCodes.FileDamaged };
            }

            Span<byte> start = stackalloc byte[(int)Math.Min(4, file.Length)];
            file.Fill(0, start);
            return start.SequenceEqual("GGUF"u8) ? ControlVectorFormat.Read(path)
                : TorchFile.IsOne(start) ? TorchVectors.Read(path)
                : PlainSafetensorsFormat.Read(path);
        }
    });

    /// <summary>The vectors that are asked for, each at its block of the model and at its site, no two at one place.</summary>
    private Direction[] Chosen(string path, ForeignFile file, ModelConfig config)
    {
        if (file.ListLength is { } length && length != config.Layers)
        {
            throw new PasException(
                "a list of vectors does not say which blocks it steers", path, $"as many as the model has blocks, {config.Layers}", $"{length}",
                length == config.Layers + 1 ? "of hidden states the first is the embedding's: save a dict, in which each vector stands under the number of its block" : "save a dict, in which each vector stands under the number of its block")
            { Code = ErrorCodes.DoesNotFit };
        }

        var isUnplaced = file.Directions.All(direction => direction.Layer is null);
        var chosen = file.Directions.Select(direction => direction with { Layer = direction.Layer < 0 ? config.Layers + direction.Layer : direction.Layer, Site = Site ?? direction.Site ?? SteeringSite.Residual })
            .Where(direction => isUnplaced || Layer is null || direction.Layer == Layer).ToArray();
        if (chosen.Length == 0)
        {
            throw new PasException("the file holds no vector" + (Layer is null ? "" : " for this layer"), path, found: Listed(file.Directions)) { Code = ErrorCodes.FileDamaged };
        }

        var placed = chosen.Select(direction => direction with { Layer = direction.Layer ?? Layer }).ToArray();
        foreach (var direction in placed)
        {
            EnsureFits(path, direction, config);
        }

        var twice = placed.GroupBy(direction => (direction.Layer, direction.Site)).FirstOrDefault(place => place.Count() > 1);
        return twice is null ? placed : throw new PasException(
            "the file has several vectors for one place", path, "one vector for each block and site", string.Join(", ", twice.Take(4).Select(direction => $"'{direction.Name}'")), "save the one that is meant alone")
        { Code = ErrorCodes.FileDamaged };
    }

    private static void EnsureFits(string path, Direction direction, ModelConfig config)
    {
        var where = Where(path, direction);
        if (direction.Length != config.HiddenSize)
        {
            throw new PasException("the vector does not fit the model's hidden size", where, $"{config.HiddenSize}", $"{direction.Length}", "use the model that the vector was made for") { Code = ErrorCodes.DoesNotFit };
        }

        if (direction.Layer is not { } layer)
        {
            throw new PasException("the file does not say which block is steered", where, remedy: $"give {SettingName.Of(nameof(Layer))}") { Code = ErrorCodes.BadSetting };
        }

        if (layer < 0 || layer >= config.Layers)
        {
            throw new PasException("the vector's layer is not in the model", where, $"a layer from 0 to {config.Layers - 1}", $"{layer}", "use the model that the vector was made for") { Code = ErrorCodes.DoesNotFit };
        }

        if (direction is { SiteIsModule: true } && direction.Site == SteeringSite.PostAttentionLayerNorm && !SteeringExport.PlainSum.Contains(config.Architecture))
        {
            throw new PasException(
                $"in {config.Architecture} the module of this name may be another norm than that before the MLP", where, remedy: $"where the MLP's normalised input is meant, give {SettingName.Of(nameof(Site))} {SteeringSite.PostAttentionLayerNorm}")
            { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static SteeringEdit Edit(string path, Direction direction, double strength)
    {
        var values = direction.Values;
        try
        {
            return new SteeringEdit(direction.Layer!.Value, direction.Site!, direction.Operation, values, strength, direction.Target?.Invoke(values));
        }
        catch (PasException e)
        {
            throw e.At(Where(path, direction));
        }
    }

    private static TokenRule RuleOf(string path, Direction[] directions)
    {
        TokenRule[] rules = [.. directions.Select(direction => direction.TokenRule ?? Engine.Editing.TokenRule.Last).Distinct()];
        return rules is [var only] ? only : throw new PasException("the file steers all tokens at some blocks and the last one at others", path, "one rule") { Code = ErrorCodes.NotSupported };
    }

    private static string HashOf(string path) => OpenedFile.Open(path, file =>
    {
        using (file)
        {
            using var stream = file.OpenStream();
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
    });

    private static string Where(string path, Direction direction) => $"{path}, tensor '{direction.Name}'";

    private static string Shown(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Listed(IReadOnlyList<Direction> directions) => directions.Count == 0
        ? "no tensors"
        : string.Join(", ", directions.Take(12).Select(direction => string.Create(CultureInfo.InvariantCulture, $"{direction.Name} ({direction.Length} numbers)")));
}
