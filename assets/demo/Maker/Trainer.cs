using PainlessSteering.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PainlessSteering.Demo;

/// <summary>A document as token ids with the loss weight of each as a target.</summary>
internal sealed record TokenizedDocument(int[] Ids, float[] Weights)
{
    public static TokenizedDocument From(IEnumerable<Piece> pieces, Tokenizer tokenizer)
    {
        var tokens = pieces.SelectMany(piece => tokenizer.Encode(piece.Text).Select(id => (Id: id, piece.Weight))).ToArray();
        return new([.. tokens.Select(token => token.Id)], [.. tokens.Select(token => token.Weight)]);
    }
}

/// <summary>
/// Next-token training with AdamW, warm-up and a cosine. A batch is parted by length over two threads of one core each,
/// whose gradients are added in a fixed order: the same seed gives the same model on the same machine.
/// </summary>
internal sealed class Trainer(LlamaNetwork network, Func<TokenizedDocument> nextDocument)
{
    public const int DefaultSteps = 3000;

    private const int BatchSize = 64, Workers = 2, WarmUp = 100;
    public double PeakRate { get; init; } = 3e-3;

    /// <summary>Trains, telling each step's number and the loss, smoothed over about 50 steps; returns the last.</summary>
    public double Run(int steps, Action<int, double> report)
    {
        set_num_threads(1);
        var parameters = network.Parameters.Values.ToArray();
        var optimizer = optim.AdamW(parameters, lr: PeakRate, beta1: 0.9, beta2: 0.98, weight_decay: 0.05);
        var smoothed = double.NaN;
        for (var step = 0; step < steps; step++)
        {
            var documents = Enumerable.Range(0, BatchSize).Select(_ => nextDocument()).OrderBy(document => document.Ids.Length).ToArray();
            var total = documents.Sum(document => document.Weights.Sum());
            var shards = Shards(documents);
            var (gradients, losses) = (new Tensor[shards.Length][], new double[shards.Length]);
            Parallel.For(0, shards.Length, new ParallelOptions { MaxDegreeOfParallelism = Workers }, i => (gradients[i], losses[i]) = Gradients(shards[i], total, parameters));
            using (NewDisposeScope())
            {
                for (var p = 0; p < parameters.Length; p++)
                {
                    var sum = gradients.Skip(1).Aggregate(gradients[0][p], (sum, shard) => sum.add_(shard[p]));
                    parameters[p].grad = sum;
                }

                nn.utils.clip_grad_norm_(parameters, 1.0);
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = PeakRate * Rate(step, steps);
                }

                optimizer.step();
                optimizer.zero_grad();
                foreach (var tensor in gradients.SelectMany(shard => shard))
                {
                    tensor.Dispose();
                }
            }

            smoothed = double.IsNaN(smoothed) ? losses.Sum() : 0.98 * smoothed + 0.02 * losses.Sum();
            report(step + 1, smoothed);
        }

        return smoothed;
    }

    private static double Rate(int step, int steps) => step < WarmUp
        ? (step + 1.0) / WarmUp
        : 0.02 + 0.98 * 0.5 * (1 + Math.Cos(Math.PI * (step - WarmUp) / Math.Max(1, steps - WarmUp)));

    /// <summary>Parts documents sorted by length into shards of about as many tokens each, so that padding stays small.</summary>
    private static TokenizedDocument[][] Shards(TokenizedDocument[] sorted)
    {
        var half = sorted.Sum(document => document.Ids.Length) / 2;
        var (cut, seen) = (0, 0);
        while (seen < half)
        {
            seen += sorted[cut++].Ids.Length;
        }

        // Two sizes in each worker's share: the padding of a quarter is less than that of a half.
        return [sorted[..(cut / 2)], sorted[(cut / 2)..cut], sorted[cut..((cut + sorted.Length) / 2)], sorted[((cut + sorted.Length) / 2)..]];
    }

    private (Tensor[] Gradients, double Loss) Gradients(TokenizedDocument[] documents, double totalWeight, Parameter[] parameters)
    {
        using var scope = NewDisposeScope();
        var (batch, time) = (documents.Length, documents.Max(document => document.Ids.Length));
        var (ids, weights) = (new long[batch * time], new float[batch * time]);
        for (var row = 0; row < batch; row++)
        {
            for (var i = 0; i < documents[row].Ids.Length; i++)
            {
                ids[row * time + i] = documents[row].Ids[i];
                weights[row * time + i] = documents[row].Weights[i];
            }
        }

        var tokens = tensor(ids).view(batch, time);
        var logits = network.Logits(tokens.narrow(1, 0, time - 1)); // [batch, time - 1, vocabulary]
        var losses = nn.functional.cross_entropy(logits.view(-1, network.Shape.Vocabulary), tokens.narrow(1, 1, time - 1).reshape(-1), reduction: nn.Reduction.None);
        var loss = (losses * tensor(weights).view(batch, time).narrow(1, 1, time - 1).reshape(-1)).sum() / totalWeight;
        var gradients = autograd.grad([loss], [.. parameters]);
        return ([.. gradients.Select(gradient => gradient.MoveToOuterDisposeScope())], loss.ToDouble());
    }
}
