using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>
/// Bare matrix products of a model's shapes, in its type, on all workers at once: what the machine could do at best, which is
/// the faster of libtorch's product and the engine's.
/// </summary>
internal sealed class MatmulPeak : IDisposable
{
    private static readonly TorchSharp.Scalar Middle = 0.5;

    private readonly Workers _workers;
    private readonly (Linear Map, Tensor Weight, Tensor Rows)[][] _products; // of each worker
    private readonly long _flops;

    public MatmulPeak(CausalLM model, EngineOptions engine)
    {
        _workers = new Workers(model.Device, engine.Threads);
        var config = model.Config;
        int hidden = config.HiddenSize, heads = config.Heads * config.HeadSize, keys = config.KeyValueHeads * config.HeadSize, inner = config.IntermediateSize;
        (int Out, int In)[] shapes = [(heads, hidden), (keys, hidden), (keys, hidden), (hidden, heads), (inner, hidden), (inner, hidden), (hidden, inner)];
        Tensor Make(long rows, long columns) => rand([rows, columns], device: model.Device).sub_(Middle).to(model.DataType).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        _products = [.. Enumerable.Range(0, _workers.Count).Select(_ => shapes.Select(shape =>
        {
            var weight = Make(shape.Out, shape.In);
            return (new Linear(weight.clone().DetachFromDisposeScope()), weight, Make(engine.RowsPerPass, shape.In));
        }).ToArray())];
        _flops = _workers.Count * engine.RowsPerPass * SweepFlops.Block(config);
    }

    /// <summary>Floating-point operations a second, over at least the given time.</summary>
    public double Measure(TimeSpan time) =>
        Math.Max(Measure(time / 2, (map, _, rows) => map.Forward(rows)), Measure(time / 2, (_, weight, rows) => nn.functional.linear(rows, weight)));

    private double Measure(TimeSpan time, Func<Linear, Tensor, Tensor, Tensor> multiply)
    {
        long flops = 0;
        var clock = Stopwatch.StartNew();
        _workers.Run(_workers.Count, worker =>
        {
            while (clock.Elapsed < time)
            {
                foreach (var (map, weight, rows) in _products[worker])
                {
                    multiply(map, weight, rows).Dispose();
                }

                Interlocked.Add(ref flops, _flops / _workers.Count);
            }
        });
        return flops / clock.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        foreach (var (map, weight, rows) in _products.SelectMany(products => products))
        {
            map.Dispose();
            weight.Dispose();
            rows.Dispose();
        }
    }
}
