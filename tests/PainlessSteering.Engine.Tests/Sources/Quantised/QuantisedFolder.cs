using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Engine.Sources.Quantised;

/// <summary>A copy of a golden quantised checkpoint, to be spoiled: its configuration, and tensors of any type as bytes.</summary>
internal sealed class QuantisedFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public QuantisedFolder(string golden)
    {
        foreach (var file in Directory.EnumerateFiles(Shared.PathOf("golden", "weights", golden)))
        {
            File.WriteAllBytes(_folder.File(System.IO.Path.GetFileName(file)), File.ReadAllBytes(file)); // The original may be read-only.
        }
    }

    public string Path => _folder.Path;

    public string Weights => _folder.File("model.safetensors");

    public string FileOf(string name) => _folder.File(name);

    /// <summary>Changes the section that says how the weights are quantised.</summary>
    public QuantisedFolder Quantisation(Action<JsonObject> change)
    {
        var config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        change(config["quantization_config"]!.AsObject());
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        return this;
    }

    /// <summary>Changes the tensors: type, shape and bytes by name.</summary>
    public QuantisedFolder Tensors(Action<Dictionary<string, RawTensor>> change)
    {
        var bytes = File.ReadAllBytes(Weights);
        var begin = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, begin - 8))!.AsObject();
        var tensors = header.Where(entry => entry.Key != "__metadata__").ToDictionary(entry => entry.Key, entry =>
        {
            int[] range = [.. entry.Value!["data_offsets"]!.AsArray().Select(offset => (int)offset!)];
            return new RawTensor((string)entry.Value["dtype"]!, [.. entry.Value["shape"]!.AsArray().Select(size => (long)size!)], bytes[(begin + range[0])..(begin + range[1])]);
        });
        change(tensors);
        Write(tensors, header["__metadata__"]?.DeepClone());
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private void Write(Dictionary<string, RawTensor> tensors, JsonNode? metadata)
    {
        var (header, data) = (new JsonObject(), new MemoryStream());
        if (metadata is not null)
        {
            header["__metadata__"] = metadata;
        }

        foreach (var (name, tensor) in tensors)
        {
            var from = data.Length;
            data.Write(tensor.Bytes);
            header[name] = new JsonObject { ["dtype"] = tensor.Type, ["shape"] = new JsonArray([.. tensor.Shape.Select(size => JsonValue.Create(size))]), ["data_offsets"] = new JsonArray(from, data.Length) };
        }

        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        using var file = File.Create(Weights);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        file.Write(length);
        file.Write(text);
        data.WriteTo(file);
    }
}

internal sealed record RawTensor(string Type, long[] Shape, byte[] Bytes);
