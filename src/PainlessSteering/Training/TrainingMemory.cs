using PainlessSteering.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>What a batch of a training may take. It follows from model, data and options alone, so that results do not depend on the machine.</summary>
/// <param name="Rows">Most rows of a batch of several examples.</param>
/// <param name="Activations">Bytes of activations that one batch may keep for its gradients.</param>
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

        // A half for activations that are kept, a quarter for those on their way, a quarter for logits: they, their softmax and their gradient.
        var workers = new Workers(lora.Model.Device, engine.Threads).Count;
        var held = MemoryBudget.Fixed(workers) + State(lora);
        var share = (budget - held) / workers;
        var row = BytesPerRow(lora) + (longest * BytesPerScore(lora));
        var logits = Math.Min(MostLogits, share / 4 / (3 * sizeof(float)));
        var least = Math.Max(2 * longest * row, 12L * sizeof(float) * lora.Model.Config.VocabularySize);
        return share >= least
            ? new TrainingMemory((int)Math.Min(share / 2 / row, engine.RowsPerPass), share / 2, logits)
            : throw new PasException(
                "too little memory to train on one example a worker", "--memory", ByteSize.Show(held + (workers * least)), ByteSize.Show(budget), workers > 1 ? "give more, or use fewer --threads" : "give more, or use shorter examples");
    }

    /// <summary>Bytes of the factors, their gradients, the optimizer's means and the copies of all that a training can go back to.</summary>
    public static long State(LoraModel lora) => 14 * sizeof(float) * lora.ParameterCount;

    /// <summary>Blocks whose activations may be kept at once.</summary>
    public int Blocks(LoraModel lora, PackedBatch batch)
    {
        long scores = batch.Spans.Sum(span => (long)span.Tokens.Length * (span.FirstPosition + span.Tokens.Length)) + batch.LastPositions.Sum(position => position + 1L);
        var block = (batch.Rows * BytesPerRow(lora)) + (scores * BytesPerScore(lora));
        return (int)Math.Clamp(Activations / block, 1, lora.Model.Config.Layers);
    }

    /// <summary>Of a row in a block, scores aside: what autograd keeps.</summary>
    private static long BytesPerRow(LoraModel lora)
    {
        var config = lora.Model.Config;
        long hidden = config.HiddenSize, queries = config.Heads * config.HeadSize, keys = config.KeyValueHeads * config.HeadSize, inner = config.IntermediateSize;
        long size = lora.Model.DataType == ScalarType.BFloat16 ? sizeof(ushort) : sizeof(float);
        var norms = 2 * sizeof(float) * hidden;

        // What goes into adapters is float32: in a float32 model one tensor for maps of the same input, else a copy for each.
        var adapted = sizeof(float) * (((size == sizeof(float) ? 2 : 5) * hidden) + queries + inner);
        var dropped = lora.Config.Dropout > 0 ? 2 * sizeof(float) * ((5 * hidden) + queries + inner) : 0;
        return norms + adapted + dropped + (size * (queries + (2 * keys) + (3 * inner)));
    }

    /// <summary>Of a pair of a query and a key: the softmax, and its copy in the model's type.</summary>
    private static long BytesPerScore(LoraModel lora) => lora.Model.Config.Heads * (lora.Model.DataType == ScalarType.BFloat16 ? 6L : 4L);
}
