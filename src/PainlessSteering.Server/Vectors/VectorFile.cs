using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Server.Vectors;

/// <summary>A file of the vectors' folder as it was when it was read: a vector, or the reason why it is none.</summary>
/// <param name="Name">What requests call it: the file's name without extension.</param>
/// <param name="Stamp">Changes with the file.</param>
/// <param name="Vector">The vector; null where the file is unusable.</param>
/// <param name="Fit">The fit that made it; null where the file tells of none.</param>
/// <param name="Error">Why the vector, or the report of its fit, is missing.</param>
internal sealed record VectorFile(string Name, FileStamp Stamp, SteeringVector? Vector, FitResult? Fit, string? Error)
{
    /// <summary>More than any vector with its report has; guards against weights that were put into the wrong folder.</summary>
    private const long LargestFile = 256 << 20;

    /// <summary>Reads a file; never fails.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">The model that the vector must fit.</param>
    /// <param name="force">Accepts vectors that were fitted on other weights.</param>
    public static VectorFile Read(FileInfo file, CausalLM model, bool force)
    {
        var (name, stamp) = (Path.GetFileNameWithoutExtension(file.Name), FileStamp.Of(file));
        try
        {
            EnsureReadable(file, name, stamp);
            var vector = SafetensorsFormat.Read(file.FullName);
            vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, force);
            return new VectorFile(name, stamp, vector, null, null).WithFit();
        }
        catch (Exception e) when (e is PasException or IOException or UnauthorizedAccessException)
        {
            var error = e as PasException ?? new PasException("cannot read the file", file.FullName, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
            return new VectorFile(name, stamp, null, null, error.Below(file.DirectoryName!).Message); // The folder is the server's business, not the callers'.
        }
    }

    private VectorFile WithFit()
    {
        try
        {
            return this with { Fit = FitArtifact.Result(Vector!) };
        }
        catch (PasException e)
        {
            return this with { Error = e.Message }; // It steers all the same.
        }
    }

    private static void EnsureReadable(FileInfo file, string name, FileStamp stamp)
    {
        if (!ModelName.CanName(name))
        {
            throw new PasException("the file's name cannot be part of a model's name", file.Name, "a name without '+' and '@'", remedy: "rename the file");
        }

        if (stamp.Length is 0 or > LargestFile)
        {
            throw new PasException("the file is no steering vector", file.Name, FormattableString.Invariant($"1 to {LargestFile} bytes"), FormattableString.Invariant($"{stamp.Length}")) { Code = ErrorCodes.FileDamaged };
        }
    }
}
