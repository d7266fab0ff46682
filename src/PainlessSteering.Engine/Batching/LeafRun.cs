using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Batching;

/// <summary>
/// A prompt's last token and what goes on from it: branches of tokens, each of which sees the last token and its own earlier ones, but no other
/// branch. Its rows are the last token's and then those of one branch after the other. What is forked from it is a whole run.
/// </summary>
/// <param name="branches">Token ids; a branch may be empty.</param>
internal sealed class LeafRun(IReadOnlyList<int[]> branches)
{
    /// <summary>A last token from which nothing goes on.</summary>
    public static LeafRun Alone { get; } = new([]);

    /// <summary>Number of rows.</summary>
    public int Rows { get; } = 1 + branches.Sum(branch => branch.Length);

    /// <summary>Ids of the tokens behind the last one.</summary>
    public IEnumerable<int> Tokens => branches.SelectMany(branch => branch);

    /// <summary>How far each row stands behind the last token, itself the first.</summary>
    public int[] Depths { get; } = [0, .. branches.SelectMany(branch => Enumerable.Range(1, branch.Length))];

    /// <summary>The rows of each branch that has some.</summary>
    public IEnumerable<(int First, int Count)> Parts
    {
        get
        {
            var first = 1;
            foreach (var branch in branches.Where(branch => branch.Length > 0))
            {
                yield return (first, branch.Length);
                first += branch.Length;
            }
        }
    }

    /// <summary>Which of its rows each of its rows sees: [rows x rows], row by row.</summary>
    /// <param name="reach">How far back a token sees.</param>
    /// <param name="position">Of the last token of the prompt.</param>
    public bool[] Sight(AttentionReach reach, int position)
    {
        var sees = new bool[Rows * Rows];
        void See(int row, int other) => sees[(row * Rows) + other] = Depths[row] - Depths[other] < reach.Of(position + Depths[row]);
        See(0, 0);
        foreach (var (first, count) in Parts)
        {
            for (var row = first; row < first + count; row++)
            {
                See(row, 0);
                for (var other = first; other <= row; other++)
                {
                    See(row, other);
                }
            }
        }

        return sees;
    }
}
