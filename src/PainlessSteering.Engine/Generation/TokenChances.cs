namespace PainlessSteering.Engine.Generation;

/// <summary>Log-probabilities of one step.</summary>
internal static class TokenChances
{
    /// <param name="logits">[vocabulary]</param>
    /// <param name="token">The token that was chosen.</param>
    /// <param name="top">How many of the likeliest tokens to name.</param>
    public static TokenLogProbability Of(ReadOnlySpan<float> logits, int token, int top)
    {
        double largest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        var normalizer = largest + Math.Log(sum);
        var chances = new TokenChance[Math.Min(top, logits.Length)];
        var likeliest = Likeliest(logits, chances.Length);
        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] = new TokenChance(likeliest[i], logits[likeliest[i]] - normalizer);
        }

        return new TokenLogProbability(token, logits[token] - normalizer, chances);
    }

    /// <summary>Ids of the largest logits, the largest first; of equals the smaller id first.</summary>
    private static List<int> Likeliest(ReadOnlySpan<float> logits, int count)
    {
        var best = new List<int>(count + 1);
        for (var token = 0; token < logits.Length && count > 0; token++)
        {
            if (best.Count == count && logits[token] <= logits[best[^1]])
            {
                continue;
            }

            var place = best.Count;
            while (place > 0 && logits[token] > logits[best[place - 1]])
            {
                place--;
            }

            best.Insert(place, token);
            best.RemoveRange(Math.Min(count, best.Count), Math.Max(0, best.Count - count));
        }

        return best;
    }
}
