using PainlessSteering.Engine.Families;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Evaluation.Benchmarks;

/// <summary>The closed count against a walk over every product that the sweep needs.</summary>
public class SweepFlopsTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 7)]
    [InlineData(3, 7)]
    public void CountsEveryNeededProductOnce(int? window, int tokens)
    {
        var model = TinyModels.Llama.WithWindows([window, null, window]);
        int[] layers = [0, 0, 1, 2];
        const int letters = 3;
        long flops = 0;
        void Product(long rows, long inner, long columns) => flops += 2 * rows * inner * columns;

        for (var layer = 0; layer < 3; layer++)
        {
            var leaves = layer switch { 0 => 1, 1 => 3, _ => 4 };
            var going = layer == 2 ? leaves : tokens - 1 + leaves; // Rows that leave the block.
            Product(tokens - 1 + leaves, 24, 2 * 2 * 8);           // keys and values
            Product(going, 24, 4 * 8);                             // queries
            Product(going, 4 * 8, 24);                             // output
            Product(going, 24, 2 * 40);                            // gate and up
            Product(going, 40, 24);                                // down
            for (var row = 0; row < going; row++)
            {
                var position = going - row <= leaves ? tokens - 1 : row;
                var seen = Enumerable.Range(0, position + 1).Count(key => model.Attention(layer).Window is not { } size || key > position - size);
                Product(4, 8, seen);
                Product(4, seen, 8);
            }
        }

        Product(1 + layers.Length, 24, letters);
        Assert.Equal(flops, SweepFlops.Prompt(model, tokens, layers, letters));
    }
}
