using System.Text.Json;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>How far a training has come; see <see cref="TrainingState"/>.</summary>
internal sealed record TrainingPoint
{
    /// <summary>Identifies model, data and options; what has another one is another training.</summary>
    public required string Run { get; init; }

    /// <summary>Full learning rate, which may be another one after a divergence.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps taken.</summary>
    public required int Step { get; init; }

    /// <summary>Seconds taken.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean loss of each step.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Validation after each epoch.</summary>
    public required IReadOnlyList<SftEpoch> Epochs { get; init; }
}

/// <summary>
/// All numbers of a training that go on with it: the factors, the optimizer's means and the best factors so far. Saved as one
/// safetensors file, written whole or not at all.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    private const string Point = "point";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private readonly Dictionary<string, Tensor> _live = [];
    private readonly Dictionary<string, Tensor> _lastGood = [];
    private readonly LoraModel _lora;

    public TrainingState(LoraModel lora, AdamW optimizer)
    {
        _lora = lora;
        for (var i = 0; i < lora.Linears.Count; i++)
        {
            foreach (var (name, index) in new[] { ("A", 2 * i), ("B", (2 * i) + 1) })
            {
                var module = $"{lora.Linears[i].Module}.{name}";
                _live.Add($"factor.{module}", lora.Parameters[index]);
                _live.Add($"mean.{module}", optimizer.Means[index]);
                _live.Add($"square.{module}", optimizer.Squares[index]);
                _live.Add($"best.{module}", lora.Parameters[index].detach().clone().DetachFromDisposeScope());
            }
        }

        foreach (var (name, tensor) in _live)
        {
            _lastGood.Add(name, tensor.detach().clone().DetachFromDisposeScope());
        }
    }

    /// <summary>The factors are the best so far.</summary>
    public void KeepBest() => Copy("factor.", "best.");

    /// <summary>The factors become the best ones.</summary>
    public void TakeBest() => Copy("best.", "factor.");

    /// <summary>Remembers the numbers of now, whose loss was fine.</summary>
    public void Remember() => Copy(_live, _lastGood);

    /// <summary>Goes back to the numbers remembered.</summary>
    public void GoBack() => Copy(_lastGood, _live);

    /// <summary>Saves the numbers of now.</summary>
    public void Save(string path, TrainingPoint point) =>
        SafeTensorsWriter.Write(path, _live, new Dictionary<string, string> { [Point] = JsonSerializer.Serialize(point, Json) });

    /// <summary>Takes the numbers of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">Identifies the training that is to go on.</param>
    /// <exception cref="PasException">The file is damaged, or of another training.</exception>
    public TrainingPoint Load(string path, string run)
    {
        using var file = SafeTensors.Open(path);
        TrainingPoint? point;
        try
        {
            point = JsonSerializer.Deserialize<TrainingPoint>(file.Metadata.GetValueOrDefault(Point, "null"), Json);
        }
        catch (JsonException e)
        {
            throw new PasException("the state of the training cannot be read", $"{path}, key '{Point}' in __metadata__", found: JsonTexts.Reason(e), remedy: "delete the file and begin again", inner: e) { Code = ErrorCodes.FileDamaged };
        }

        if (point?.Run != run)
        {
            throw new PasException("the state is that of another training", path, $"the same model, data and options, but for {SettingName.Of(nameof(SftOptions.LearningRate))}, {SettingName.Of(nameof(EngineOptions.Threads))} and {SettingName.Of(nameof(SftOptions.SaveEvery))}", remedy: $"give the options of that training, or another {SettingName.Of(AdapterFolder.Setting)}") { Code = ErrorCodes.DoesNotFit };
        }

        using var scope = NewDisposeScope();
        using var mode = no_grad();
        foreach (var (name, tensor) in _live)
        {
            if (!file.Tensors.TryGetValue(name, out var info) || !info.Shape.SequenceEqual(tensor.shape))
            {
                throw new PasException("the state of the training is damaged", $"{path}, key '{name}'", $"[{string.Join(", ", tensor.shape)}]", info is null ? "nothing" : $"[{string.Join(", ", info.Shape)}]", "delete the file and begin again") { Code = ErrorCodes.FileDamaged };
            }

            tensor.copy_(file.Load(name));
        }

        return point;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _lastGood.Values.Concat(_live.Where(entry => entry.Key.StartsWith("best.", StringComparison.Ordinal)).Select(entry => entry.Value)))
        {
            tensor.Dispose();
        }
    }

    private void Copy(string from, string to)
    {
        using var mode = no_grad();
        foreach (var parameter in _lora.Linears.SelectMany(linear => new[] { $"{linear.Module}.A", $"{linear.Module}.B" }))
        {
            _live[to + parameter].copy_(_live[from + parameter]);
        }
    }

    private static void Copy(Dictionary<string, Tensor> from, Dictionary<string, Tensor> to)
    {
        using var mode = no_grad();
        foreach (var (name, tensor) in from)
        {
            to[name].copy_(tensor);
        }
    }
}
