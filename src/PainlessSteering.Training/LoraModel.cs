using PainlessSteering.Engine;
using PainlessSteering.Engine.Adapters.Peft;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>A model with low-rank changes on some of its linear maps, for as long as this object lives.</summary>
internal sealed class LoraModel : IDisposable
{
    private readonly LoraLinear[][] _byLayer;
    private readonly Linear[] _plain;

    /// <param name="model">The model; its own weights stay as they are.</param>
    /// <param name="options">Which maps, rank, scale, dropout, seed.</param>
    /// <exception cref="PasException">A target names no linear map of the model's blocks.</exception>
    public LoraModel(CausalLM model, SftOptions options)
    {
        Model = model;
        Config = new LoraConfig
        {
            Targets = new ModuleTargets { Names = options.Targets, Layers = options.Layers },
            Scale = new LowRankScale { Rank = options.Rank, Alpha = options.Alpha },
            Dropout = options.Dropout,
        };
        var inBlocks = model.Linears.Where(linear => ModuleNames.Layer(linear.Key, []) is not null).ToArray();
        foreach (var target in options.Targets.Where(target => !inBlocks.Any(linear => ModuleNames.IsIn([target], linear.Key))))
        {
            var names = inBlocks.Select(linear => linear.Key.Split('.')[^1]).Distinct().ToArray();
            throw new PasException(
                $"no linear module of the model's blocks is called '{target}'", expected: "some of " + string.Join(", ", names),
                remedy: Suggestion.Nearest(target, names) is { } nearest ? $"did you mean '{nearest}'?" : null)
            { Setting = nameof(SftOptions.Targets) };
        }

        Linears = [.. inBlocks.Where(linear => Config.Targets.Includes(linear.Key)).Select((linear, number) => new LoraLinear(linear.Key, linear.Value, options, model.Device, number))];
        _plain = [.. model.Linears.Values.Where(linear => linear.StayPlain())];
        foreach (var linear in Linears)
        {
            model.Linears[linear.Module].Adaptation = linear;
        }

        _byLayer = [.. Enumerable.Range(0, model.Config.Layers).Select(layer => Linears.Where(linear => ModuleNames.Layer(linear.Module, []) == layer).ToArray())];
        FirstLayer = Array.FindIndex(_byLayer, layer => layer.Length > 0);
    }

    /// <summary>The model.</summary>
    public CausalLM Model { get; }

    /// <summary>What the adapter's configuration will say.</summary>
    public LoraConfig Config { get; }

    /// <summary>The changes, in the order of the model's maps.</summary>
    public IReadOnlyList<LoraLinear> Linears { get; }

    /// <summary>The lowest block that has one; below it nothing needs a gradient.</summary>
    public int FirstLayer { get; }

    /// <summary>Everything that is trained: A and B of every map.</summary>
    public IReadOnlyList<Tensor> Parameters => [.. Linears.SelectMany(linear => new[] { linear.A, linear.B })];

    /// <summary>Number of trained parameters.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.numel());

    /// <summary>What is trained in some blocks, in the order of <see cref="Parameters"/>.</summary>
    public IReadOnlyList<Tensor> ParametersOf(int firstLayer, int end) =>
        [.. _byLayer[firstLayer..end].SelectMany(layer => layer).SelectMany(linear => new[] { linear.A, linear.B })];

    /// <summary>The model is as it was before.</summary>
    public void Dispose()
    {
        foreach (var linear in Linears)
        {
            Model.Linears[linear.Module].Adaptation = null;
            linear.Dispose();
        }

        foreach (var linear in _plain)
        {
            linear.Freeze();
        }
    }
}
