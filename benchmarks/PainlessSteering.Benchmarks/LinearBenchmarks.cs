using BenchmarkDotNet.Attributes;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Benchmarks;

/// <summary>Products of rows with the widest weight of a 125M model in every form that a weight may be held in, on one core.</summary>
public class LinearBenchmarks
{
    private Tensor _weight = null!, _wide = null!, _rows = null!, _wideRows = null!;
    private PackedWeight? _packed, _widePacked;
    private QuantisedWeight _eightBit = null!;
    private QuantisedWeight _fourBit = null!;
    private IDisposable _inference = null!;

    [Params(1, 4, 16, 128, 1024)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        _inference = inference_mode();
        _wide = randn(2048, 768);
        _wideRows = randn(Rows, 768);
        (_weight, _rows) = (_wide.to(ScalarType.BFloat16), _wideRows.to(ScalarType.BFloat16));
        (_eightBit, _fourBit) = (QuantisedWeight.EightBit(_wide), QuantisedWeight.FourBit(_wide));
        if (PackedWeight.IsFaster(ScalarType.BFloat16))
        {
            (_packed, _widePacked) = (PackedWeight.TryPack(_weight), PackedWeight.TryPack(_wide));
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _inference.Dispose();

    [Benchmark(Baseline = true)]
    public void F32() => nn.functional.linear(_wideRows, _wide).Dispose();

    [Benchmark]
    public void F32Packed() => _widePacked?.Multiply(_wideRows, null).Dispose();

    [Benchmark]
    public void BF16() => nn.functional.linear(_rows, _weight).Dispose();

    [Benchmark]
    public void BF16Packed() => _packed?.Multiply(_rows, null).Dispose();

    [Benchmark]
    public void EightBit() => _eightBit.Multiply(_rows, null).Dispose();

    [Benchmark]
    public void FourBit() => _fourBit.Multiply(_rows, null).Dispose();
}
