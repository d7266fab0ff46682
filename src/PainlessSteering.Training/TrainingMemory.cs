using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Training;

/// <summary>What a batch of a training may take. It follows from model, data and options alone, so that results do not depend on the machine.</summary>
/// <param name="Rows">Most rows of a batch of several examples.</param>
/// <param name="Activations">Bytes that the activations and gradients of one batch may take.</param>
/// <param name="Logits">Logits computed at once, in elements.</param>
internal sealed record TrainingMemory(int Rows, long Activations, long Logits)
{
    /// <summary>Logits computed at once where no budget is given: more would not be faster.</summary>
    public const long MostLogits = 1L << 24;

    /// <summary>Where no budget is given.</summary>
    public static TrainingMemory Unbounded(int rows) => new(rows, 2L << 30, MostLogits);

    /// <summary>Shares the budget, if there is one, among the workers.</summary>
    /// <param name="lora">The model and what is trained.</param>
    /// <param name="longest">Tokens of the longest example.</param>
    /// <param name="engine">How much of the machine may be used.</param>
    /// <exception cref="PasException">Not even one example fits.</exception>
    public static TrainingMemory Of(LoraModel lora, int longest, EngineOptions engine)
    {
        if (engine.Memory is not { } budget)
        {
            return Unbounded(engine.RowsPerPass);
        }

        // Three quarters for activations and gradients, one for logits: they, their softmax and their gradient.
        var workers = new Workers(lora.Model.Device, engine.Threads).Count;
        var held = MemoryBudget.Fixed(workers) + State(lora);
        var share = (budget - held) / workers;
        var (block, input, passing) = BytesPerRow(lora);
        var row = block + (input * lora.Model.Config.Layers) + passing;
        var logits = Math.Min(MostLogits, share / 4 / (3 * sizeof(float)));
        var least = Math.Max(longest * row * 4 / 3, 12L * sizeof(float) * lora.Model.Config.VocabularySize);
        return share >= least
            ? new TrainingMemory((int)Math.Min(share * 3 / 4 / row, engine.RowsPerPass), share * 3 / 4, logits)
            : throw new PasException(
                "too little memory to train on one example a worker", null, ByteSize.Show(held + (workers * least)), ByteSize.Show(budget),
                workers > 1 ? $"give more, or use fewer {SettingName.Of(nameof(EngineOptions.Threads))}" : "give more, or use shorter examples")
            { Code = ErrorCodes.OutOfMemory, Setting = nameof(EngineOptions.Memory) };
    }

    /// <summary>Bytes of the factors, their gradients, the optimizer's means and the copies of all that a training can go back to.</summary>
    public static long State(LoraModel lora) => 14 * sizeof(float) * lora.ParameterCount;

    /// <summary>Blocks whose activations may be kept at once.</summary>
    public int Blocks(LoraModel lora, PackedBatch batch)
    {
        var (layers, (block, input, passing)) = (lora.Model.Config.Layers, BytesPerRow(lora));
        return Enumerable.Range(1, layers).LastOrDefault(blocks => batch.Rows * ((blocks * block) + ((layers + blocks - 1) / blocks * input) + passing) <= Activations, 1);
    }

    /// <summary>
    /// Of a row: what functions keep of a block for their gradients, which are the norms' and the maps' inputs, rotated queries and keys, values, and what
    /// the gate is computed of; what goes into a group of blocks; and what a block's gradients take on their way.
    /// </summary>
    private static (long Block, long Input, long Passing) BytesPerRow(LoraModel lora)
    {
        long size = lora.Model.ElementSize;
        long Block(Cost cost)
        {
            var dropped = lora.Config.Dropout > 0 ? 2 * sizeof(float) * cost.ProductInputs : 0;
            var low = cost.ProductCount * sizeof(float) * lora.Config.Scale.Rank;
            return (size * cost.KeptElements) + dropped + low;
        }

        var costs = lora.Model.Config.Costs.ToArray();
        return (costs.Max(Block), size * lora.Model.Config.HiddenSize, size * costs.Max(cost => cost.PassingElements));
    }
}
