using PainlessSteering.Engine.Native;

namespace PainlessSteering.Engine.Batching;

/// <summary>Turns a budget of memory into rows of a forward pass, by what a row and all that is made of it in a block take.</summary>
internal static class MemoryBudget
{
    /// <summary>What is taken whatever the rows, as measured: the runtime and libtorch, and each worker's scratch memory of the matrix kernels.</summary>
    public static long Fixed(int workers) => (260L << 20) + (workers * (90L << 20));

    /// <summary>The options with no more rows a pass than the budget has room for; unchanged where there is no budget.</summary>
    /// <param name="options">How much of the machine may be used.</param>
    /// <param name="model">The model to run.</param>
    /// <param name="longest">Tokens of the longest prompt.</param>
    /// <param name="held">Bytes that are kept over all passes.</param>
    /// <exception cref="PasException">Not even one prompt fits.</exception>
    public static EngineOptions Fill(this EngineOptions options, CausalLM model, int longest, long held)
    {
        if (options.Memory is not { } budget)
        {
            return options;
        }

        Allocator.ReturnFreedMemory();
        var workers = new Workers(model.Device, options.Threads).Count;
        long row = BytesPerRow(model, longest), least = 2L * longest; // A prompt, and as many cells of the grid.
        held += workers * model.Config.Costs.Max(cost => cost.StateBytes(model.ElementSize, 0)); // Of the layer that runs; keys and values are among the rows.
        var rows = (budget - held - Fixed(workers)) / workers / row;
        return rows >= least
            ? options with { RowsPerPass = (int)Math.Min(rows, options.RowsPerPass) }
            : throw new PasException(
                "too little memory for one prompt a worker", null, ByteSize.Show(Fixed(workers) + held + (least * row * workers)), ByteSize.Show(budget),
                workers > 1 ? $"give more, or use fewer {SettingName.Of(nameof(EngineOptions.Threads))}" : "give more, or use a shorter prompt")
            { Code = ErrorCodes.OutOfMemory, Setting = nameof(EngineOptions.Memory) };
    }

    /// <summary>Everything of a row that is alive at once in a block; scores as of a row that looks at a whole prompt.</summary>
    public static long BytesPerRow(CausalLM model, int longest) => BytesPerRow(model.Config, model.ElementSize, longest);

    /// <summary>The same of a model that is not loaded.</summary>
    public static long BytesPerRow(ModelConfig config, int elementSize, int longest) => config.Costs.Max(cost => cost.RowBytes(elementSize, longest));
}
