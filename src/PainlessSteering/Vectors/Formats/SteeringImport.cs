using System.Globalization;
using System.Security.Cryptography;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Vectors.Formats.Torch;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Vectors that other programs wrote: llama.cpp's control vectors (GGUF), safetensors, and the <c>.pt</c> files of the paper's released
/// code, which are read without executing anything.
/// </summary>
/// <param name="Layer">0-based block, where the file does not tell it, or to choose one of several.</param>
/// <param name="Site">Where in a block; where the file does not tell it, the residual stream.</param>
/// <param name="Strength">Factor; where the file does not tell it, 1.</param>
/// <param name="TokenRule">Tokens; where the file does not tell it, the last one.</param>
public sealed record SteeringImport(int? Layer = null, SteeringSite? Site = null, double? Strength = null, TokenRule? TokenRule = null)
{
    /// <summary>No model is wider.</summary>
    internal const int LongestVector = 1 << 20;

    /// <summary>Reads the vectors of a file for a model.</summary>
    /// <param name="path">The file; its content tells its format.</param>
    /// <param name="model">The model's folder or file, whose shape the vectors must fit.</param>
    /// <param name="adapter">Folder of a LoRA adapter that the model has; or null.</param>
    /// <param name="name">What the vectors call the model; null for its folder's name.</param>
    /// <returns>One vector for each block that the file steers, or for the one that is asked for; ready to be saved.</returns>
    /// <exception cref="PasException">The file is damaged or holds no vector for this model, or more must be said about it.</exception>
    public IReadOnlyList<SteeringVector> Read(string path, string model, string? adapter = null, string? name = null)
    {
        var file = Open(path);
        using var source = ModelSource.Open(model);
        var config = source.Config;
        using var adapted = AdaptedCheckpoint.Of(source, adapter);
        var chosen = Layer is { } layer && file.Directions is not [{ Layer: null }]
            ? [.. file.Directions.Where(direction => direction.Layer == layer)]
            : file.Directions;
        if (chosen.Count == 0)
        {
            throw new PasException("the file holds no vector" + (Layer is null ? "" : " for this layer"), path, found: Listed(file.Directions)) { Code = ErrorCodes.FileDamaged };
        }

        var provenance = new SteeringProvenance(
            name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))), (adapted ?? source.Weights).Fingerprint, $"imported from {file.Format}", "sound", 0,
            Path.GetFileName(path), $"sha256:{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}", 0, 0, 0);
        return [.. chosen.Select(direction => Vector(path, file, direction, config, provenance))];
    }

    /// <summary>Reads any of the formats.</summary>
    internal static ForeignFile Open(string path)
    {
        FileKind.EnsureRegular(path);
        Span<byte> start = stackalloc byte[4];
        try
        {
            using var stream = File.OpenRead(path);
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }

        return start.SequenceEqual("GGUF"u8) ? ControlVectorFormat.Read(path)
            : TorchFile.IsOne(start) ? TorchVectors.Read(path)
            : PlainSafetensorsFormat.Read(path);
    }

    private SteeringVector Vector(string path, ForeignFile file, Direction direction, ModelConfig config, SteeringProvenance provenance)
    {
        var where = $"{path}, tensor '{direction.Name}'";
        if (direction.Values.Length != config.HiddenSize)
        {
            throw new PasException("the vector does not fit the model's hidden size", where, $"{config.HiddenSize}", $"{direction.Values.Length}", "use the model that the vector was made for") { Code = ErrorCodes.DoesNotFit };
        }

        var layer = direction.Layer ?? Layer ?? throw new PasException("the file does not say which block is steered", where, remedy: $"give {SettingName.Of(nameof(Layer))}") { Code = ErrorCodes.BadSetting };
        return layer < config.Layers
            ? new SteeringVector(direction.Values, Site ?? file.Site ?? SteeringSite.Residual, layer, Strength ?? file.Strength ?? 1, TokenRule ?? file.TokenRule ?? Engine.Editing.TokenRule.Last, provenance)
            : throw new PasException("the vector's layer is not in the model", where, $"a layer from 0 to {config.Layers - 1}", $"{layer}", "use the model that the vector was made for") { Code = ErrorCodes.DoesNotFit };
    }

    private static string Listed(IReadOnlyList<Direction> directions) => directions.Count == 0
        ? "no tensors"
        : string.Join(", ", directions.Take(12).Select(direction => string.Create(CultureInfo.InvariantCulture, $"{direction.Name} ({direction.Values.Length} numbers)")));
}
