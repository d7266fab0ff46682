using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>
/// Compares what this engine computes from a model with what a reference did: token ids, logits of every position, activations at every site, logits
/// with a vector added, greedy continuations, weights. What the golden has is compared; it needs no tokenizer.
/// </summary>
public static class GoldenComparison
{
    /// <summary>Of logits that spread by 1 to 3; more where the golden says that rounding reaches further.</summary>
    private const double LogitBound = 2e-4, WidestSpread = 3, NoiseFactor = 10;

    /// <summary>Two tokens whose logits are nearer may change places by rounding.</summary>
    private const double GreedyGap = 1e-3;

    private const string Steered = "steered logits, ";

    /// <summary>Compares a model with a golden.</summary>
    /// <param name="model">The model, with its adapter where the golden is one's. Bounds are those of float32.</param>
    /// <param name="folder">Has <c>golden.json</c> and <c>golden.safetensors</c>.</param>
    /// <param name="tokenizer">The model's tokenizer, for a golden that says which texts its token ids are of; null to leave these aside.</param>
    /// <exception cref="PasException">The golden is missing or damaged, or is of another vocabulary.</exception>
    public static GoldenReport Run(CausalLM model, string folder, Tokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var golden = GoldenFile.Open(folder);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var differences = new Differences();
        foreach (var prompt in golden.Prompts)
        {
            using var each = NewDisposeScope();
            var bound = Math.Max(LogitBound * Math.Max(1, golden.Spread / WidestSpread), NoiseFactor * prompt.Noise);
            EnsureInVocabulary(model, golden, prompt);
            CompareIds(tokenizer, prompt, differences);
            if (prompt.Ids.Length > model.Config.ContextLength)
            {
                differences.Add("context length", prompt.Where, prompt.Ids.Length, model.Config.ContextLength, Differences.Tokens); // The engine refuses such prompts everywhere.
                continue;
            }

            CompareLogits(model, golden, prompt, bound, differences);
            CompareSites(model, golden, prompt, bound, differences);
            CompareSteered(model, golden, prompt, bound, differences);
            CompareGreedy(model, prompt, differences);
        }

        GoldenWeights.Compare(model, golden, differences);
        return differences.All.Count > 0 ? new GoldenReport(differences.All, [.. NotCompared(golden)])
            : throw new PasException("the golden has nothing to compare", golden.Path, "logits, sites, steered logits, greedy continuations or weights") { Code = ErrorCodes.FileDamaged };
    }

    private static void EnsureInVocabulary(CausalLM model, GoldenFile golden, GoldenPrompt prompt)
    {
        foreach (var id in prompt.Ids.Concat(prompt.Greedy).Where(id => id < 0 || id >= model.Config.VocabularySize))
        {
            throw new PasException("the golden is of another model", $"{golden.Path}, {prompt.Where}", $"token ids below {model.Config.VocabularySize}", $"{id}") { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static void CompareIds(Tokenizer? tokenizer, GoldenPrompt prompt, Differences differences)
    {
        if (tokenizer is not null && prompt.Text is { } text)
        {
            var ids = tokenizer.Encode(text);
            var same = ids.Zip(prompt.Ids).TakeWhile(pair => pair.First == pair.Second).Count();
            differences.Add("token ids", prompt.Where, Math.Max(ids.Length, prompt.Ids.Length) - same, 0, Differences.Tokens);
        }
    }

    private static void CompareLogits(CausalLM model, GoldenFile golden, GoldenPrompt prompt, double bound, Differences differences)
    {
        if (golden.Find("logits", prompt.Index) is { } expected)
        {
            var logits = model.Logits(model.ForwardAll(PackedBatch.Pack([prompt.Ids]), leavesOnly: false));
            differences.AddAbsolute("logits", prompt.Where, expected, logits.cpu(), bound);
        }
    }

    private static void CompareSites(CausalLM model, GoldenFile golden, GoldenPrompt prompt, double bound, Differences differences)
    {
        using var hook = new GoldenHook();
        model.Forward(PackedBatch.Pack([prompt.Ids]), hook);
        foreach (var site in SteeringSite.All)
        {
            if (golden.Find(site.Name, prompt.Index) is not { } expected)
            {
                continue;
            }

            for (var layer = 0; layer < expected.size(0); layer++)
            {
                var (row, where) = (expected[layer], FormattableString.Invariant($"{prompt.Where}, layer {layer}"));
                if (hook.Seen(layer, site.Point) is { } seen)
                {
                    differences.AddRelative(site.Name, where, row, seen.cpu(), bound);
                }
                else if (Differences.Number(row.abs().max()) > 0)
                {
                    differences.Add(site.Name, where, double.PositiveInfinity, bound, Differences.Relative);
                }
            }
        }
    }

    private static void CompareSteered(CausalLM model, GoldenFile golden, GoldenPrompt prompt, double bound, Differences differences)
    {
        foreach (var site in SteeringSite.All.Where(site => prompt.Steered.ContainsKey(site.Name)))
        {
            if (golden.Find($"steered.{site}", prompt.Index) is not { } expected || golden.Find($"vector.{site}", prompt.Index) is not { } vector)
            {
                continue;
            }

            var (layer, strength) = prompt.Steered[site.Name];
            var edit = new SteeringEdit(layer, site, SteeringOperation.Add, vector.cpu().contiguous().data<float>().ToArray(), strength);
            using var plan = new EditPlan([[edit]], model.DataType, model.Device);
            var logits = model.Logits(model.Forward(PackedBatch.Pack([prompt.Ids]), new EditHook(plan, EditMembers.Prompts)))[0, 0];
            differences.AddAbsolute(Steered + site.Name, prompt.Where, expected, logits.cpu(), bound);
        }
    }

    /// <summary>Continues with carried states; behind a step at which two tokens are too near each other, nothing can be said.</summary>
    private static void CompareGreedy(CausalLM model, GoldenPrompt prompt, Differences differences)
    {
        if (prompt.Greedy.Length == 0)
        {
            return;
        }

        using var state = new SequenceState(model, prompt.Ids.Length + prompt.Greedy.Length);
        var batch = PackedBatch.Pack([prompt.Ids]);
        var wrong = 0;
        for (var step = 0; step < prompt.Greedy.Length && wrong == 0; step++)
        {
            using var scope = NewDisposeScope();
            var logits = model.Logits(model.Forward(batch, states: [state]))[0, 0];
            var (expected, best) = (prompt.Greedy[step], (int)logits.argmax().item<long>());
            if (best != expected)
            {
                if (Differences.Number(logits[best]) - Differences.Number(logits[expected]) < GreedyGap)
                {
                    break;
                }

                wrong = prompt.Greedy.Length - step;
            }

            batch = PackedBatch.Continue([expected], [prompt.Ids.Length + step]);
        }

        differences.Add("greedy continuation", prompt.Where, wrong, 0, Differences.Tokens);
    }

    private static IEnumerable<string> NotCompared(GoldenFile golden)
    {
        foreach (var kind in golden.Names.Select(name => name.Split('.')[0]).Where(kind => kind.EndsWith("_normed", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal))
        {
            yield return $"{kind}: the engine has no such site";
        }
    }
}
