namespace PainlessSteering.Cli.Commands.Chats;

/// <summary>What Ctrl-C stops: the answer that is being written, and not the chat.</summary>
/// <param name="chat">Ends the chat.</param>
internal sealed class AnswerStop(CancellationToken chat)
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _answer;

    /// <summary>Runs an answer that can be stopped.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> answer)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(chat);
        Set(source);
        try
        {
            await answer(source.Token);
        }
        finally
        {
            Set(null);
        }
    }

    /// <summary>Stops the answer.</summary>
    /// <returns>False where there is none.</returns>
    public bool Stop()
    {
        lock (_lock)
        {
            _answer?.Cancel();
            return _answer is not null;
        }
    }

    private void Set(CancellationTokenSource? answer)
    {
        lock (_lock)
        {
            _answer = answer;
        }
    }
}
