using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>
/// Bare matrix products of the shapes of a model's first block, in its type, on all workers at once: what the machine could do at best, which is
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
        var shapes = model.Config.Costs.First().Products;
        Tensor Make(long rows, long columns) => rand([rows, columns], device: model.Device).sub_(Middle).to(model.DataType).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        _products = [.. Enumerable.Range(0, _workers.Count).Select(_ => shapes.Select(shape =>
        {
            var weight = Make(shape.Outputs, shape.Inputs);
            return (new Linear(weight.clone().DetachFromDisposeScope()), weight, Make(engine.RowsPerPass, shape.Inputs));
        }).ToArray())];
        _flops = _workers.Count * engine.RowsPerPass * 2 * shapes.Sum(shape => shape.Elements);
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
