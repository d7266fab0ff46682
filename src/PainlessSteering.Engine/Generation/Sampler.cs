namespace PainlessSteering.Engine.Generation;

/// <summary>
/// Chooses the tokens of one sequence. In the order of Hugging Face's <c>transformers</c>: repetition penalty (Keskar et al. 2019),
/// temperature, top-k, top-p (nucleus sampling, Holtzman et al. 2020), min-p (Nguyen et al. 2024), draw.
/// </summary>
internal sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Random _random;
    private readonly HashSet<int> _seen;

    /// <param name="options">How to choose.</param>
    /// <param name="prompt">The tokens that come before.</param>
    public Sampler(SamplingOptions options, IEnumerable<int> prompt)
    {
        options.Check();
        _options = options;
        _random = new Random(options.Seed);
        _seen = options.RepetitionPenalty == 1 ? [] : [.. prompt];
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">[vocabulary]; finite, or negative infinity.</param>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (_options.RepetitionPenalty == 1)
        {
            return Draw(logits);
        }

        var token = Draw(Penalized(logits));
        _seen.Add(token);
        return token;
    }

    private float[] Penalized(ReadOnlySpan<float> logits)
    {
        var penalized = logits.ToArray();
        foreach (var token in _seen)
        {
            ref var logit = ref penalized[token];
            logit = (float)(logit < 0 ? logit * _options.RepetitionPenalty : logit / _options.RepetitionPenalty);
        }

        return penalized;
    }

    private int Draw(ReadOnlySpan<float> logits)
    {
        var likeliest = Likeliest(logits);
        if (_options.Temperature == 0)
        {
            return likeliest;
        }

        var weights = Weights(logits, logits[likeliest]);
        var candidates = Candidates(weights);
        var left = _random.NextDouble() * candidates.Sum(token => weights[token]);
        foreach (var token in candidates)
        {
            left -= weights[token];
            if (left < 0)
            {
                return token;
            }
        }

        return likeliest; // Rounding left a crumb after the last candidate.
    }

    /// <summary>The token of the largest logit, the first of equals.</summary>
    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var token = 0; token < logits.Length; token++)
        {
            best = logits[token] > logits[best] ? token : best;
        }

        return best;
    }

    /// <summary>Probabilities up to a common factor: the likeliest token has 1.</summary>
    private double[] Weights(ReadOnlySpan<float> logits, double largest)
    {
        var weights = new double[logits.Length];
        for (var token = 0; token < logits.Length; token++)
        {
            weights[token] = Math.Exp((logits[token] - largest) / _options.Temperature);
        }

        return weights;
    }

    /// <summary>The tokens that may be drawn, the likeliest first; in the order of their ids where all may.</summary>
    private IReadOnlyList<int> Candidates(double[] weights)
    {
        var all = Enumerable.Range(0, weights.Length);
        if (_options is { TopK: 0, TopP: 1 })
        {
            return [.. all.Where(token => weights[token] >= _options.MinP)];
        }

        var total = weights.Sum();
        List<int> kept;
        if (_options.TopK > 0)
        {
            kept = [.. all.OrderByDescending(token => weights[token]).Take(_options.TopK)];
            total = kept.Sum(token => weights[token]);
        }
        else
        {
            // What is below this weight is outside of the nucleus even if every token had it, so it need not be sorted.
            var negligible = (1 - _options.TopP) * total / weights.Length;
            kept = [.. all.Where(token => weights[token] >= negligible).OrderByDescending(token => weights[token])];
        }

        var (count, sum) = (0, 0.0);
        while (count < kept.Count && sum < _options.TopP * total && weights[kept[count]] >= _options.MinP)
        {
            sum += weights[kept[count++]];
        }

        return kept[..count];
    }
}
