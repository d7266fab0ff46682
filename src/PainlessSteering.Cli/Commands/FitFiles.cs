using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary>Where the vector and the picture of a fit go; whatever is wrong with a path is told before the work begins.</summary>
internal sealed class FitFiles
{
    private readonly string? _vector, _picture;

    private FitFiles(string? vector, string? picture) => (_vector, _picture) = (vector, picture);

    /// <param name="vector">The vector's file; null where it is not wanted.</param>
    /// <param name="picture">The picture's file; null for one beside the vector.</param>
    /// <exception cref="PasException">A file cannot be written, is of another kind, or must not be replaced.</exception>
    public static FitFiles Of(string? vector, string? picture)
    {
        if (vector is not null)
        {
            AtomicFile.EnsureWritable(vector);
            EnsureReplaceable(vector);
            picture ??= Path.ChangeExtension(vector, ".svg");
        }

        if (picture is not null)
        {
            GridPlot.EnsureDrawable(picture);
            AtomicFile.EnsureWritable(picture);
        }

        return vector is null || Path.GetFullPath(vector) != Path.GetFullPath(picture!)
            ? new FitFiles(vector, picture)
            : throw new PasException("the vector and its picture have the same name", vector, remedy: "let --out end in .safetensors") { Code = ErrorCodes.FileAccess };
    }

    /// <summary>Saves what there is to save, and tells so.</summary>
    /// <param name="result">The fit.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="data">Name of the data.</param>
    /// <param name="condition">On which prompts the vector acts; null for all.</param>
    /// <param name="error">Told what was written.</param>
    public void Save(FitResult result, string model, string data, SteeringCondition? condition, TextWriter error)
    {
        if (_vector is not null)
        {
            if (FitArtifact.Make(result, model, data, condition) is { } vector)
            {
                SafetensorsFormat.Write(_vector, vector);
                error.WriteLine($"vector: {_vector}");
            }
            else
            {
                error.WriteLine("no vector is written: it is undefined, because the training items were all answered right, or all wrong");
            }
        }

        if (_picture is not null)
        {
            GridPictures.Save(result, $"{model}, {data}", _picture, error);
        }
    }

    /// <summary>A mistyped name must not cost a model's weights or a data file.</summary>
    private static void EnsureReplaceable(string vector)
    {
        if (!File.Exists(vector) || new FileInfo(vector).Length == 0)
        {
            return;
        }

        try
        {
            SafetensorsFormat.Read(vector);
        }
        catch (PasException e)
        {
            throw new PasException("a file that is no steering vector would be replaced", vector, remedy: "give --out another name, or delete that file first", inner: e) { Code = ErrorCodes.FileAccess };
        }
    }
}
