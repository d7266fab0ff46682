using PainlessSteering.Engine.Batching;
using PainlessSteering.Tests.Cli;
using PainlessSteering.Tests.Models;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>What a training may keep decides what it computes twice, and a budget is kept.</summary>
public sealed class TrainingMemoryTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void AsManyBlocksAsFitAreRunAtOnce()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        using var lora = new LoraModel(model, new SftOptions());
        var batch = PackedBatch.Pack([TinyModels.Tokens(1, 10)]);
        const long Block = 4 * ((4 * 24) + (2 * 32) + (2 * 16) + (3 * 40) + (7 * 8)), Input = 4 * 24, Passing = 4 * ((4 * 24) + (2 * 32) + (3 * 40));
        Assert.Equal(1, new TrainingMemory(100, 1, 100).Blocks(lora, batch)); // One is always run.
        Assert.Equal(1, new TrainingMemory(100, (10 * ((2 * Block) + (2 * Input) + Passing)) - 1, 100).Blocks(lora, batch));
        Assert.Equal(2, new TrainingMemory(100, 10 * ((2 * Block) + (2 * Input) + Passing), 100).Blocks(lora, batch));
        Assert.Equal(3, new TrainingMemory(100, 10 * ((3 * Block) + Input + Passing), 100).Blocks(lora, batch));
        Assert.Equal(3, TrainingMemory.Unbounded(100).Blocks(lora, batch));
    }

    [Fact]
    public void WorkersShareABudget()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        using var lora = new LoraModel(model, new SftOptions());
        var engine = new EngineOptions(2, EngineOptions.MostRows);
        Assert.Equal(TrainingMemory.Unbounded(EngineOptions.MostRows), TrainingMemory.Of(lora, 50, engine));
        TrainingMemory With(long megabytes, int threads) => TrainingMemory.Of(lora, 50, engine with { Memory = megabytes << 20, Threads = threads });
        Assert.InRange(With(500, 2).Activations, 1, With(500, 1).Activations - 1);
        Assert.InRange(With(500, 2).Rows, 100, With(4000, 2).Rows);
        Assert.Contains("too little memory to train", Assert.Throws<PasException>(() => With(100, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABudgetLimitsATraining()
    {
        Assert.Equal(0, (await TinyTraining.RunAsync(_tiny, "lora", "--memory", "2GB")).Code);
        Assert.Contains("--memory", (await TinyTraining.RunAsync(_tiny, "small", "--memory", "200MB")).LastError, StringComparison.Ordinal);
    }
}
