using System.Globalization;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>Finds the steering vectors in what <c>torch.save</c> saved: a tensor, or dicts and lists of them by layer, with hints beside them.</summary>
internal static class TorchVectors
{
    public const string Name = "pt";

    /// <summary>How deep vectors may lie in dicts and lists.</summary>
    public const int Deepest = 4;

    private const int MostVectors = 4_096;

    public static ForeignFile Read(string path)
    {
        var file = new TorchFile(path);
        var found = new List<Direction>();
        Find(file, file.Root, "", null, 0, found);
        return new ForeignFile(Name, found)
        {
            Site = Hint(file.Root, "site", "steer_target", "target") is string site ? SteeringSite.Find(site) : null,
            Strength = Hint(file.Root, "strength", "steer_strength", "alpha", "coeff") switch
            {
                double number when double.IsFinite(number) => number,
                long number => number,
                _ => null,
            },
        };
    }

    private static void Find(TorchFile file, object? value, string name, int? layer, int depth, List<Direction> found)
    {
        if (depth > Deepest || found.Count > MostVectors)
        {
            return;
        }

        switch (value)
        {
            case TorchTensor tensor:
                found.Add(new Direction(name.Length > 0 ? name : "tensor", layer, file.Read(tensor)));
                break;
            case PickleList list:
                FindAll(file, list, name, depth, found);
                break;
            case PickleTuple tuple:
                FindAll(file, tuple.Items, name, depth, found);
                break;
            case PickleDictionary dictionary:
                var beside = Hint(dictionary, "layer", "layer_idx", "layer_id") is long number and >= 0 and < int.MaxValue ? (int)number : layer;
                foreach (var (key, item) in dictionary)
                {
                    var text = Convert.ToString(key as IConvertible, CultureInfo.InvariantCulture) ?? "";
                    Find(file, item, Joined(name, text), PlainSafetensorsFormat.LayerIn(text) ?? beside, depth + 1, found);
                }

                break;
        }
    }

    private static void FindAll(TorchFile file, IEnumerable<object?> items, string name, int depth, List<Direction> found)
    {
        foreach (var (index, item) in items.Index())
        {
            Find(file, item, Joined(name, index.ToString(CultureInfo.InvariantCulture)), index, depth + 1, found);
        }
    }

    private static object? Hint(object? value, params string[] names) =>
        value is PickleDictionary entries ? entries.Find(entry => entry.Key is string key && names.Contains(key)).Value : null;

    private static string Joined(string outer, string inner) => outer.Length > 0 ? $"{outer}.{inner}" : inner;
}
