using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PainlessSteering.Benchmarks;

if (args is ["training", .. var which])
{
    // training [f32 or bf16 [tokens to learn [blocks at once, 0 for all]]]; what is not given is all of them.
    TrainingRatios.Run(
        which is [var type, ..] ? [type] : ["f32", "bf16"],
        which is [_, var learned, ..] ? [int.Parse(learned, CultureInfo.InvariantCulture)] : [1, 64],
        which is [_, _, var blocks, ..] ? [int.Parse(blocks, CultureInfo.InvariantCulture)] : [0, 4, 1]);
    return;
}

// In this process: libtorch is found beside this program, and is 480 MB that need no copy for each benchmark.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
