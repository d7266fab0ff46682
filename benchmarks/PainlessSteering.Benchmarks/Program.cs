using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PainlessSteering.Benchmarks;

if (args is ["training", .. var types])
{
    if (Environment.GetEnvironmentVariable("SCRATCH") is { } scratch)
    {
        var n = scratch.Split(',').Select(int.Parse).ToArray();
        TrainingRatios.Run(types, [n[0]], [n[1]], n[2]);
        return;
    }
    TrainingRatios.Run(types is [] ? ["f32", "bf16"] : types, learned: [1, 64], groups: [0, 4, 1], layers: 12);
    return;
}

// In this process: libtorch is found beside this program, and is 480 MB that need no copy for each benchmark.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
