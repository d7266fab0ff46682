using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>GGUF files that are no model, though they lie beside models: an error says what such a file is, and what it is for.</summary>
internal static class OtherGgufFiles
{
    private const string Type = "general.type", Architecture = "general.architecture";

    private static readonly (string Key, string Value, string What, string Remedy)[] Known =
    [
        (Type, "adapter", "the file is a LoRA adapter, no model", $"give the model that it was made for; as {SettingName.Of(nameof(LoadOptions.Adapter))} take the adapter as it was before it became a GGUF file, a folder in PEFT's layout"),
        (Type, "mmproj", "the file is the part of a model that sees or hears, no model", "give the model's own file, which lies beside it"),
        (Architecture, "clip", "the file is the part of a model that sees or hears, no model", "give the model's own file, which lies beside it"),
        (Type, "imatrix", "the file says which weights matter when a model is quantised, and is no model", "give the model's own file"),
        (Architecture, "controlvector", "the file is a control vector, no model", "give it as the vector, and the model that it was made for as the model"),
    ];

    /// <exception cref="PasException">The file is something else than a model.</exception>
    public static void Refuse(GgufFiles file)
    {
        var keys = file.Metadata;
        foreach (var (key, value, what, remedy) in Known)
        {
            if (keys.Text(key) == value)
            {
                throw new PasException(what, keys.Place(key), "a model", $"'{value}'", remedy) { Code = ErrorCodes.BadInput };
            }
        }

        if (keys.Text(Type) is { } other and not "model")
        {
            throw keys.Unsupported(Type, "model");
        }

        if (file.Tensors.Count == 0)
        {
            throw new PasException("the file has no weights: it is a vocabulary alone", file.Path, "a model", "no tensor", "give the model's own file") { Code = ErrorCodes.BadInput };
        }
    }
}
