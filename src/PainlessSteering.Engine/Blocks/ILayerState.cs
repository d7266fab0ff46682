namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What one sequence leaves behind in one layer for its later tokens. Keys and values are addressable: any token can be forgotten. The state of a
/// recurrence can only be carried on, forked, and gone back to where it was kept. The engine knows no more than this; a mixer knows its own kind.
/// </summary>
internal interface ILayerState : IDisposable
{
    /// <summary>Tokens that count.</summary>
    int Length { get; }

    /// <summary>Memory that is reserved.</summary>
    long Bytes { get; }

    /// <summary>Whether <see cref="Rewind"/> goes back to any length.</summary>
    bool CanRewind { get; }

    /// <summary>Lets the tokens count that the mixer has written in a pass that has ended.</summary>
    void Append(int tokens);

    /// <summary>Forgets the tokens behind the first <paramref name="length"/>: all of them always, some where <see cref="CanRewind"/>.</summary>
    /// <exception cref="InvalidOperationException">This kind of state cannot go back to that length.</exception>
    void Rewind(int length);

    /// <summary>The same tokens, to be gone on from independently.</summary>
    /// <param name="capacity">Most tokens of the new state.</param>
    ILayerState Fork(int capacity);

    /// <summary>Keeps what <see cref="Restore"/> needs to come back here. Costs nothing where the state can rewind.</summary>
    ILayerSnapshot Snapshot();

    /// <summary>Goes back to where a snapshot of this state was taken. Not after a rewind to before it.</summary>
    void Restore(ILayerSnapshot snapshot);
}

/// <summary>A kept point of an <see cref="ILayerState"/>.</summary>
internal interface ILayerSnapshot : IDisposable
{
    /// <summary>Tokens that counted.</summary>
    int Length { get; }

    /// <summary>Memory that it takes.</summary>
    long Bytes { get; }
}
