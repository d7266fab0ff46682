namespace PainlessSteering.Data;

/// <summary>Which of the two ways of running an experiment is followed (method.md §4).</summary>
public enum Protocol
{
    /// <summary>The default: mends what would fool a user.</summary>
    Sound,

    /// <summary>The paper's released code, number by number.</summary>
    Paper,
}
